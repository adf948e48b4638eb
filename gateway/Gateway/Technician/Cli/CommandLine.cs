using System.CommandLine;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>The verbs of <c>fpm</c>. Each lives in a file of its own and is made by its <c>Create</c>.</summary>
public static class CommandLine
{
    /// <summary>Bad input: the message on stderr says what, where and what to do.</summary>
    public const int Refused = 2;

    public static RootCommand Build() => new("FourPerMille.Sensor: the gateway between soil nodes and an observatory.")
    {
        ServeCommand.Create(),
        SetupCommand.Create(),
        StatusCommand.Create(),
        NodeCommand.Create(),
        RecordsCommand.Create(),
        RecordCommand.Create(),
        LogCommand.Create(),
        OutboxCommand.Create(),
        CourierCommand.Create(),
        LevelsCommand.Create(),
        PayloadCommand.Create(),
        FirmwareCommand.Create(),
        FsckCommand.Create(),
        RothcCommand.Create(),
        QcCommand.Create(),
        CalibrateCommand.Create(),
        ClaimCommand.Create(),
        StockCommand.Create(),
        SocCommand.Create(),
    };

    /// <summary>Runs one command line: 0 done, 1 done with a negative finding or failed, 2 the input was refused.</summary>
    public static async Task<int> Run(string[] arguments)
    {
        var parsed = Build().Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync("'--help' behind any command shows what it takes.");
            return Refused;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (InputRefused refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return Refused;
        }
    }
}
