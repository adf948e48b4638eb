using Microsoft.Extensions.Hosting;

namespace FourPerMille.Sensor.Sim;

/// <summary>A web server inside the simulator ends when the simulator says so and listens to no signal itself.</summary>
sealed class GuestLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
