namespace FourPerMille.Sensor.Gateway.Time;

/// <summary>The clock of a simulated gateway, moved from outside. Mapped only where the gateway was started with a simulated clock.</summary>
static class SimulationEndpoints
{
    public static void MapSimulation(this IEndpointRouteBuilder routes) =>
        routes.MapPut("/simulation/clock", async (ClockSetting setting, TimeProvider time, Agenda agenda) =>
        {
            await ((SimulatedTimeProvider)time).AdvanceTo(setting.Utc, agenda.Settled);
            return Results.NoContent();
        });

    sealed record ClockSetting(DateTimeOffset Utc);
}
