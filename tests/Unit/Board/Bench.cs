using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Unit.Boards;

/// <summary>Boots small firmwares (tests/BoardFirmware) on a board and shows what they printed.</summary>
static class Bench
{
    static readonly Dictionary<string, FirmwareImage> Images = [];

    public static string FirmwareFile => Firmware.Built("tests/BoardFirmware", "FourPerMille.Sensor.BoardFirmware.dll");

    public static FirmwareImage Image(string program)
    {
        lock (Images)
        {
            if (!Images.TryGetValue(program, out var image))
                Images[program] = image = FirmwareImage.Load(FirmwareFile, "FourPerMille.Sensor.BoardFirmware." + program);
            return image;
        }
    }

    public static Board Board(BoardOptions? options = null) => new(options ?? new BoardOptions());

    /// <summary>Runs a program and fails the test if it crashed.</summary>
    public static IReadOnlyList<string> Run(this Board board, string program)
    {
        var outcome = board.Wake(Image(program));
        Assert.True(outcome.Kind != WakeKind.Crashed, outcome.Failure?.ToString());
        return board.Trace;
    }
}
