using Xunit.Abstractions;
using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Unit.Node;

/// <summary>A cycle allocates a bounded, stated amount (firmware/DESIGN.md, "Allocation"), and the last no more than the first.</summary>
public sealed class AllocationTests(AllocationTests.MeteredFirmware firmware, ITestOutputHelper output) : IClassFixture<AllocationTests.MeteredFirmware>
{
    /// <summary>The statement of firmware/DESIGN.md, in bytes on the desktop's heap.</summary>
    const int UsualWake = 48_000, WakeWithBacklog = 64_000;

    /// <summary>A thousand with FPM_LONG=1.</summary>
    static readonly int Hours = Environment.GetEnvironmentVariable("FPM_LONG") == "1" ? 1000 : 250;

    [Fact]
    public void Wakes_allocate_alike_and_below_what_is_stated()
    {
        var node = new VirtualNode("spectral_every=24\nco2_every=6\n");
        Wakes(node, 50); // code that runs for the first time, the join, the first acknowledgement
        var bytes = Wakes(node, Hours);

        output.WriteLine($"first hundred {bytes.Take(100).Average():F0}, last hundred {bytes.TakeLast(100).Average():F0}, most {bytes.Max()} bytes a wake");
        Assert.True(bytes.Max() <= UsualWake, $"{bytes.Max()} bytes in a wake; firmware/DESIGN.md says {UsualWake}");
        Assert.True(bytes.Max() > UsualWake / 3, "The statement is three times what is allocated: state less.");
        Assert.InRange(bytes.TakeLast(100).Average(), 0, bytes.Take(100).Average() * 1.02);
        node.AssertNothingIsLost();
    }

    [Fact]
    public void A_backlog_costs_a_bounded_amount_however_long_it_is()
    {
        var node = new VirtualNode("spectral_every=24\n");
        Wakes(node, 30);
        node.Gateway.IsReachable = false;
        Wakes(node, 60);
        var behindSixty = Wakes(node, 5).Max();
        Wakes(node, 150);
        var behindMany = Wakes(node, 5).Max();
        node.Gateway.IsReachable = true;
        var catchingUp = Wakes(node, 80).Max();

        output.WriteLine($"behind 60 readings {behindSixty}, behind 215 {behindMany}, catching up {catchingUp} bytes a wake");
        Assert.True(Math.Max(behindMany, catchingUp) <= WakeWithBacklog, $"{behindMany} and {catchingUp} bytes in a wake; firmware/DESIGN.md says {WakeWithBacklog}");
    }

    List<long> Wakes(VirtualNode node, int count)
    {
        var bytes = new List<long>(count);
        for (var i = 0; i < count; i++)
        {
            WakeOutcome? outcome = null;
            bytes.Add(AllocationMeter.During(() => outcome = node.Board.Wake(firmware.Image)));
            Assert.Equal(WakeKind.Slept, outcome!.Kind);
            node.Board.Clock.AdvanceTo(outcome.NextWakeUtc!.Value);
        }
        return bytes;
    }

    public sealed class MeteredFirmware : IDisposable
    {
        readonly string _folder = Directory.CreateTempSubdirectory("fpm-metered-").FullName;
        public MeteredFirmware() => Image = FirmwareImage.Load(AllocationMeter.Metered(Firmware.HostedNodeFile, _folder));
        public FirmwareImage Image { get; }
        // The loaded file stays in use until the tests end; on Unix it may go at once.
        public void Dispose() { if (!OperatingSystem.IsWindows()) Directory.Delete(_folder, recursive: true); }
    }
}
