using System.Diagnostics;

namespace FourPerMille.Sensor.Delivery;

/// <summary>
/// A clean Debian in a folder, into which packages are installed as on a machine. What runs in it sees a /proc of its own mount namespace, which is gone
/// with it: nothing of this machine is ever mounted where the folder is removed.
/// </summary>
sealed class DebianTree : IAsyncDisposable
{
    DebianTree(string root) => Root = root;

    public string Root { get; }

    /// <summary>The essential packages of this machine's release, and what ours depend on.</summary>
    public static async Task<DebianTree> Make(string folder)
    {
        var root = Path.Combine(folder, "tree");
        // One that was made before, as it was made: for whoever runs this again and again.
        if (Environment.GetEnvironmentVariable("FPM_DEBIAN_TREE") is { Length: > 0 } made)
        {
            (await Shell.Run("cp", "-a", "--one-file-system", made, root)).Well();
            return new DebianTree(root);
        }
        var release = File.ReadLines("/etc/os-release").First(line => line.StartsWith("VERSION_CODENAME=", StringComparison.Ordinal)).Split('=')[1];
        var icu = (await Shell.Run("apt-cache", "search", "--names-only", "^libicu[0-9]+$")).Well().Out.Split(' ')[0];
        (await Shell.Run("unshare", "--mount", "--propagation", "private", Tools.Find("mmdebstrap")!, "--quiet", "--variant=essential",
            $"--include=adduser,ca-certificates,tzdata,libssl3,libstdc++6,{icu}", release, root)).Well();
        return new DebianTree(root);
    }

    public string At(string path) => Path.Combine(Root, path.TrimStart('/'));

    /// <summary>As root in the tree.</summary>
    public Task<Outcome> Run(params string[] command) => Shell.Run(Inside("root", new Dictionary<string, string>(), command));

    /// <summary>dpkg, which asks nobody.</summary>
    public async Task<Outcome> Dpkg(string action, params string[] what)
    {
        foreach (var deb in what.Where(w => w.EndsWith(".deb", StringComparison.Ordinal))) File.Copy(deb, At("/root/" + Path.GetFileName(deb)), overwrite: true);
        return await Run(["dpkg", "--force-confold", action, .. what.Select(w => w.EndsWith(".deb", StringComparison.Ordinal) ? "/root/" + Path.GetFileName(w) : w)]);
    }

    /// <summary>What a command in the tree is started with: a mount namespace of its own, /proc in it, then the tree as root folder. Each execs the next, so the process is the command's own.</summary>
    public ProcessStartInfo Inside(string user, IReadOnlyDictionary<string, string> environment, params string[] command) => new(Tools.Find("unshare")!,
    [
        "--mount", "--propagation", "private", "sh", "-c", """tree=$1 user=$2; shift 2; mount -t proc proc "$tree/proc" && exec chroot --userspec="$user" "$tree" /usr/bin/env -i "$@" """, "sh",
        Root, $"{user}:{user}", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", .. environment.Select(v => $"{v.Key}={v.Value}"), .. command,
    ]);

    public async ValueTask DisposeAsync()
    {
        // Nothing is mounted here in this namespace; --one-file-system makes sure of it.
        await Shell.Run("rm", "-rf", "--one-file-system", Root);
        GC.SuppressFinalize(this);
    }
}
