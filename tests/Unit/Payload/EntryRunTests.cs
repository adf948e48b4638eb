using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Payload;

public sealed class EntryRunTests
{
    [Fact]
    public void Entries_come_out_as_they_went_in_and_a_cut_one_does_not()
    {
        byte[][] frames = [[1, 2, 3], [], [4]];
        var message = new byte[64];
        var end = 0;
        foreach (var frame in frames) end = EntryRun.Append(message, end, FrameKind.Keyframe, frame, 0, frame.Length);

        Assert.Equal(frames, Entries(message, end));
        Assert.Equal(frames[..2], Entries(message, end - 1));
    }

    static List<byte[]> Entries(byte[] message, int length)
    {
        var found = new List<byte[]>();
        var position = 0;
        while (EntryRun.TryNext(message, length, ref position, out _, out var offset, out var size)) found.Add(message[offset..(offset + size)]);
        return found;
    }
}
