namespace System.Device.Adc;

public abstract class AdcControllerBase
{
    protected AdcControllerBase() { }

    public abstract int ChannelCount { get; }
    public abstract AdcChannelMode ChannelMode { get; set; }
    public abstract int MaxValue { get; }
    public abstract int MinValue { get; }
    public abstract int ResolutionInBits { get; }
    public abstract bool IsChannelModeSupported(AdcChannelMode channelMode);
    public abstract AdcChannel OpenChannel(int channelNumber);
}

public class AdcController : AdcControllerBase
{
    public AdcController() { }

    public override int ChannelCount => AdcPins.ChannelCount;
    public override AdcChannelMode ChannelMode { get; set; }
    public override int MaxValue => AdcPins.MaximumCounts;
    public override int MinValue => 0;
    public override int ResolutionInBits => 12;

    public override bool IsChannelModeSupported(AdcChannelMode channelMode) => channelMode == AdcChannelMode.SingleEnded;

    public override AdcChannel OpenChannel(int channelNumber) => channelNumber is >= 0 and < AdcPins.ChannelCount
        ? new AdcChannel(this, channelNumber) : throw new ArgumentException("No such channel.");
}

public abstract class AdcChannelBase
{
    protected AdcChannelBase() { }

    public AdcController Controller { get; internal init; }

    public abstract int ReadValue();
    public double ReadRatio() => ReadValue() / (double)AdcPins.MaximumCounts;
}

public class AdcChannel : AdcChannelBase, IDisposable
{
    readonly int _channel;

    internal AdcChannel(AdcController controller, int channel) => (Controller, _channel) = (controller, channel);

    public override int ReadValue() => Board.Awake.Adc.Read(_channel);

    public void Dispose()
    {
    }
}
