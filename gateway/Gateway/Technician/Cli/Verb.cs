namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>How every science verb ends: 0, or 1 with one plain sentence on the error stream where the input was at fault.</summary>
public static class Verb
{
    public static int Run(Action work)
    {
        try
        {
            work();
            return 0;
        }
        catch (Exception fault) when (fault is InputException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            Console.Error.WriteLine($"fpm: {fault.Message}");
            return 1;
        }
    }
}
