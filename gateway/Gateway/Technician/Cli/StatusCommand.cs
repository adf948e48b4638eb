using System.CommandLine;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary><c>fpm status</c>: what a running gateway says of itself.</summary>
static class StatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "Show the ledger, the refusals and the outbox of a running gateway.") { SharedOptions.Data };
        command.SetAction(async (parsed, stop) =>
        {
            using var gateway = AdminClient.To(parsed.GetRequiredValue(SharedOptions.Data));
            Console.WriteLine(await gateway.GetText("/api/status", stop));
            return 0;
        });
        return command;
    }
}
