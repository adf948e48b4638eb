-- Technician and place of a certificate stand in openings, which can be destroyed; a copy beside them would outlive that.
UPDATE certificates SET content = json_remove(content, '$.technician', '$.place');
