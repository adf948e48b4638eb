using FourPerMille.Sensor.Unit.Node;

namespace FourPerMille.Sensor.Browser;

/// <summary>
/// The technician's hand, and the node's wake on its bench behind it: the board stands still in time while the technician works, and goes on
/// when the hand moves the probe.
/// </summary>
sealed class HandAtTheBench : IAsyncDisposable
{
    /// <summary>Values after a move until the probe counts as settled, with room.</summary>
    const int Settling = 66;

    /// <summary>Of a loaded machine.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    readonly VirtualNode _node;
    readonly SemaphoreSlim _moves = new(0), _settled = new(0);
    readonly Action<string> _heard;
    readonly Func<Task> _catchUp;
    Task? _wake;
    int _left = int.MaxValue;

    /// <param name="catchUp">Brings the gateway's clock to the board's: what this bench said belongs to no session that begins later.</param>
    public HandAtTheBench(VirtualNode node, Func<Task> catchUp)
    {
        (_node, _catchUp) = (node, catchUp);
        _heard = line =>
        {
            if (!line.StartsWith("sampled ", StringComparison.Ordinal) || Interlocked.Decrement(ref _left) != 0) return;
            _settled.Release();
            _moves.Wait();
        };
        node.Board.Traced += _heard;
    }

    /// <summary>Moves the probe and returns when it has settled there.</summary>
    public async Task Hold(Action<VirtualNode> move)
    {
        move(_node);
        Interlocked.Exchange(ref _left, Settling);
        if (_wake is not null) _moves.Release();
        var settled = _settled.WaitAsync();
        // An order that comes late in a wake is obeyed at the next.
        for (var wake = 0; wake < 3; wake++)
        {
            if (_wake is null || _wake.IsCompleted) _wake = Task.Run(() => _node.Board.Wake(Firmware.HostedNode));
            var first = await Task.WhenAny(settled, _wake, Task.Delay(Patience));
            if (first == settled) return;
            if (first != _wake) break;
        }
        Assert.Fail("the node's bench ended or stood still before its probe had settled:\n" + string.Join('\n', _node.Board.Trace.TakeLast(20)));
    }

    /// <summary>Pulls the node's plug: its bench is over, its next wake is an ordinary one.</summary>
    public async ValueTask DisposeAsync()
    {
        _node.Board.Traced -= _heard;
        if (_wake is null) return;
        _node.Board.CutPowerAt(_node.Board.Clock.Utc);
        _moves.Release();
        await _wake;
        _node.Board.Clock.AdvanceTo(_node.Board.Clock.Utc.AddMinutes(10));
        await _catchUp();
    }
}
