namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>How every science verb ends: 0, or refused with one plain sentence where the input or a file was at fault.</summary>
public static class Verb
{
    /// <exception cref="InputRefused">What the science or the file system refused, in their words.</exception>
    public static int Run(Action work)
    {
        try
        {
            work();
            return 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputRefused(Reason(fault));
        }
    }

    /// <summary>The sentence of an exception without the parameter name .NET appends to it.</summary>
    public static string Reason(Exception fault) => fault.Message.Split(" (Parameter '")[0];
}
