-- Of a delta, the sequence of the keyframe (same node and epoch) that its frame tells the difference from; NULL where the frame is a keyframe.
ALTER TABLE readings ADD COLUMN keyframe INTEGER;
