namespace FourPerMille.Sensor.Gateway.Levels;

/// <summary>What Program.cs composes of this slice.</summary>
static class LevelsSlice
{
    public static IServiceCollection AddLevels(this IServiceCollection services) => services
        .AddSingleton<ParcelBook>()
        .AddSingleton<LevelSurvey>()
        .AddSingleton<LevelPublisher>()
        .AddSingleton<SystemDescription>();
}
