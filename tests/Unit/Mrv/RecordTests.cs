using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Records;

namespace FourPerMille.Sensor.Unit.Mrv;

public sealed class RecordTests
{
    static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, 500, TimeSpan.Zero);
    static readonly RecordEnvelope Envelope = new("fpm.soil-day/1", "gw1.example.org", "n/2026-03-01", Noon, null, false);

    [Fact]
    public void A_record_is_its_envelope_around_a_body_in_canonical_bytes()
    {
        var bytes = Envelope.Seal(new JsonObject { ["count"] = 3 });
        Assert.Equal("""{"count":3,"gateway":"gw1.example.org","recorded":"2026-03-01T12:00:00Z","subject":"n/2026-03-01","type":"fpm.soil-day/1"}""", Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public void An_envelope_reads_back()
    {
        var sealedOne = Envelope with { Supersedes = RecordId.Of("old"u8), IsSimulated = true };
        Assert.Equal(sealedOne with { Recorded = sealedOne.Recorded.AddMilliseconds(-500) }, RecordEnvelope.Read(CanonicalJson.Parse(sealedOne.Seal([]))));
    }

    [Theory]
    [InlineData("type")]
    [InlineData("gateway")]
    [InlineData("subject")]
    [InlineData("recorded")]
    [InlineData("supersedes")]
    [InlineData("simulated")]
    public void A_body_cannot_speak_for_the_envelope(string name) => Assert.Throws<ArgumentException>(() => Envelope.Seal(new JsonObject { [name] = "x" }));

    [Fact]
    public void A_record_longer_than_a_log_entry_is_refused() => Assert.Throws<ArgumentException>(() => Envelope.Seal(new JsonObject { ["x"] = new string('x', 66_000) }));

    [Fact]
    public void An_id_is_what_sha256sum_prints() =>
        Assert.Equal("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", RecordId.Of("abc"u8).ToString());

    [Theory]
    [InlineData("sha256:BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha256:ba78")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_id_is_refused(string? text) => Assert.False(RecordId.TryParse(text, out _));

    [Fact]
    public void A_commitment_opens_to_its_value_only()
    {
        var position = new JsonObject { ["lat"] = "9.3412", ["lon"] = "2.6303" };
        var commitment = Commitment.To("position", position);
        Assert.True(Commitment.Opens(commitment.Digest, "position", commitment.Opening, out var value));
        Assert.True(JsonNode.DeepEquals(position, value));

        Assert.False(Commitment.Opens(commitment.Digest, "holder", commitment.Opening, out _));
        Assert.False(Commitment.Opens(commitment.Digest, "position", Commitment.To("position", position).Opening, out _));
    }

    [Fact]
    public void The_same_value_never_has_the_same_commitment_so_a_guess_cannot_be_tried()
    {
        var digests = Enumerable.Range(0, 100).Select(_ => Commitment.To("technician", "A. Tester").Digest);
        Assert.Equal(100, digests.Distinct().Count());
    }
}
