using System.Device.Wifi;
using System.Threading;

namespace nanoFramework.Networking;

/// <summary>Joins the access point the board is configured for; whether it is in reach the board's network tells.</summary>
public static class WifiNetworkHelper
{
    public static Exception HelperException => null;
    public static ManualResetEvent NetworkReady => Of(Board.Awake).Ready;
    public static NetworkHelperStatus Status => Of(Board.Awake).Status;
    public static WifiAdapter WifiAdapter => throw new NotSupportedException("The virtual board does not model WifiAdapter.");

    public static bool ConnectDhcp(string ssid, string password, WifiReconnectionKind reconnectionKind = WifiReconnectionKind.Automatic,
        bool requiresDateTime = false, int wifiAdapterId = 0, CancellationToken token = default) => Connect(requiresDateTime, token);

    public static bool ConnectFixAddress(string ssid, string password, IPConfiguration ipConfiguration,
        WifiReconnectionKind reconnectionKind = WifiReconnectionKind.Automatic, bool requiresDateTime = false, int wifiAdapterId = 0,
        CancellationToken token = default) => Connect(requiresDateTime, token);

    public static bool ScanAndConnectDhcp(string ssid, string password, WifiReconnectionKind reconnectionKind = WifiReconnectionKind.Automatic,
        bool requiresDateTime = false, int WifiAdapter = 0, CancellationToken token = default) => Connect(requiresDateTime, token);

    public static bool Reconnect(bool requiresDateTime = false, int wifiAdapterId = 0, CancellationToken token = default) => Connect(requiresDateTime, token);

    /// <summary>Joins in the background: NetworkReady is set inside a later wait.</summary>
    public static void SetupNetworkHelper(bool requiresDateTime = false)
    {
        var board = Board.Awake;
        var state = Of(board);
        state.Status = NetworkHelperStatus.Started;
        board.Time.AfterTicks(NetworkStack.AssociationTicks, () => state.Finish(board));
    }

    public static void SetupNetworkHelper(string ssid, string password, WifiReconnectionKind reconnectionKind = WifiReconnectionKind.Automatic,
        bool requiresDateTime = false) => SetupNetworkHelper(requiresDateTime);

    public static void SetupNetworkHelper(IPConfiguration ipConfiguration, bool requiresDateTime = false) => SetupNetworkHelper(requiresDateTime);

    public static void Disconnect()
    {
        var board = Board.Awake;
        board.Network.CloseAll();
        board.Static<WifiState>().Reset();
    }

    public static void Reset() => Board.Awake.Static<WifiState>().Reset();

    /// <summary>Waits for association and address; without an access point until the token gives up.</summary>
    static bool Connect(bool requiresDateTime, CancellationToken token)
    {
        var board = Board.Awake;
        var state = Of(board);
        state.Status = NetworkHelperStatus.Started;
        board.Time.SleepTicks(NetworkStack.AssociationTicks);
        if (state.Finish(board) && (!requiresDateTime || board.Clock.DeviceUtc.Year >= 2020 || Sntp.TryUpdate(board))) return true;
        // A token that cannot be cancelled waits as long as the longest wake.
        board.Time.WaitTicks(() => token.IsCancellationRequested, -1);
        state.Status = board.Network.IsAssociated ? NetworkHelperStatus.TokenExpiredWaitingDateTime : NetworkHelperStatus.TokenExpiredWaitingIPAddress;
        return false;
    }

    static WifiState Of(Board board) => board.Static<WifiState>();

    sealed class WifiState
    {
        public ManualResetEvent Ready { get; } = new(false);
        public NetworkHelperStatus Status { get; set; }

        public bool Finish(Board board)
        {
            board.Network.Associate(board.Network.IsLinkUp);
            if (!board.Network.IsAssociated) return false;
            Status = NetworkHelperStatus.NetworkIsReady;
            return Ready.Set();
        }

        public void Reset()
        {
            Status = NetworkHelperStatus.None;
            Ready.Reset();
        }
    }
}

/// <summary>Asks a time server on the board's network, real or made up. It answers at once or not at all; the device's own client may wait 5 s first.</summary>
public class Sntp
{
    public Sntp() { }

    public static bool IsStarted => Board.Awake.Static<Servers>().IsStarted;

    public static string Server1
    {
        get => Board.Awake.Static<Servers>().First;
        set => Board.Awake.Static<Servers>().First = value;
    }

    public static string Server2
    {
        get => Board.Awake.Static<Servers>().Second;
        set => Board.Awake.Static<Servers>().Second = value;
    }

    public static void Start()
    {
        var board = Board.Awake;
        board.Static<Servers>().IsStarted = true;
        TryUpdate(board);
    }

    public static void Stop() => Board.Awake.Static<Servers>().IsStarted = false;

    public static void UpdateNow() => TryUpdate(Board.Awake);

    internal static bool TryUpdate(Board board)
    {
        var servers = board.Static<Servers>();
        if (!board.Network.IsAssociated) return false;
        var answer = board.Network.AskTime(servers.First) ?? board.Network.AskTime(servers.Second);
        if (answer is { } utc) board.Clock.SetDevice(utc);
        return answer is not null;
    }

    sealed class Servers
    {
        public string First { get; set; } = "0.pool.ntp.org";
        public string Second { get; set; } = "1.pool.ntp.org";
        public bool IsStarted { get; set; }
    }
}
