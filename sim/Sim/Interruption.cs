using System.Runtime.InteropServices;

namespace FourPerMille.Sensor.Sim;

/// <summary>Turns Ctrl-C and a polite end (SIGTERM) into one token, once: the second Ctrl-C ends the process as usual.</summary>
sealed class Interruption : IDisposable
{
    readonly CancellationTokenSource source = new();
    readonly PosixSignalRegistration[] registrations;

    public Interruption() => registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Hear), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Hear)];

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }

    void Hear(PosixSignalContext signal)
    {
        if (source.IsCancellationRequested) return;
        signal.Cancel = true;
        // Continuations of whoever waits on the token must not run in the signal's own thread.
        _ = source.CancelAsync();
    }
}
