using System.Reflection;

namespace FourPerMille.Sensor.Gateway.Housekeeping.Backups;

/// <summary>The version of this program, as its package is called.</summary>
static class ProgramVersion
{
    public static string Text { get; } = (Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+')[0];
}
