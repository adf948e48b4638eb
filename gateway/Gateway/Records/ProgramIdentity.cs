using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Gateway.Records;

/// <summary>
/// What computes a record: the last digits of floating-point functions differ between runtimes and processors, so a record names them.
/// It is no part of the statement: the same statement by another program is the same record.
/// </summary>
public static class ProgramIdentity
{
    /// <summary>The name of the field in a body.</summary>
    public const string Field = "program";

    static readonly string Version =
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static JsonObject ToJson() => new()
    {
        ["version"] = Version,
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["processor"] = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
    };

    public static string Text(JsonNode? program) => program is null ? "a program not named" : $"{program["version"]} on {program["runtime"]}, {program["processor"]}";
}
