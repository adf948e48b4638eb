using System.CommandLine;

namespace FourPerMille.Sensor.Unit.Estimation;

/// <summary>Runs a verb as the command line would, refusals included.</summary>
static class ScienceVerb
{
    public static int Run(Command verb, string[] arguments)
    {
        var parsed = verb.Parse(arguments);
        Assert.Empty(parsed.Errors);
        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}

/// <summary>A file for one test.</summary>
sealed class ScratchFile : IDisposable
{
    public ScratchFile(string text) => File.WriteAllText(Path, text);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());

    public void Dispose() => File.Delete(Path);
}
