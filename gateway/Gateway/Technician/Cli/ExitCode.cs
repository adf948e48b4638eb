namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>How every verb ends. README.md of this folder tells them to whoever writes scripts.</summary>
static class ExitCode
{
    /// <summary>Done, and nothing speaks against it.</summary>
    public const int Done = 0;

    /// <summary>Done, and what was looked at does not hold: a proof fails, a check has a finding, a calibration ended without a certificate.</summary>
    public const int Finding = 1;

    /// <summary>Not done: the command line, a file or the state of things was refused. The sentence on standard error says what, where and what to do.</summary>
    public const int Refused = 2;

    public static int Of(bool holds) => holds ? Done : Finding;
}
