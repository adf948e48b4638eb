using System.Text;

namespace FourPerMille.Sensor.VirtualBoard;

/// <summary>
/// The littlefs partition I: of the node. What a file holds becomes durable when the file is closed, all at once; a cut of power before
/// that leaves the file as of its last close. Creating, deleting and renaming are durable when they return.
/// </summary>
/// <remarks>
/// Source: littlefs, DESIGN.md and lfs.h: "any unwritten data to storage ... is not guaranteed" until sync or close; an opened file with
/// LFS_O_CREAT has its (empty) entry committed at open; rename is atomic. Not modelled: wear, and blocks shared by small files.
/// </remarks>
public sealed class FlashDisk
{
    const string Root = @"I:\";

    readonly Board _board;
    readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    readonly HashSet<string> _directories = new(StringComparer.Ordinal) { Root };
    readonly List<OpenFile> _open = [];
    int _operationsToCut = -1;

    internal FlashDisk(Board board, int capacityBytes) => (_board, CapacityBytes) = (board, capacityBytes);

    public int CapacityBytes { get; }

    public int UsedBytes => _files.Values.Sum(f => f.Length);

    /// <summary>Changes of the disk so far: opening to create, writing, closing after a write, deleting, renaming, making directories.</summary>
    public int Operations { get; private set; }

    /// <summary>Full paths of all files, sorted.</summary>
    public IReadOnlyList<string> Files => [.. _files.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Power fails as soon as n more changes of the disk have been made; 0 fails before the next.</summary>
    public void CutPowerAfterOperations(int n) => _operationsToCut = n;

    public void WriteAllText(string path, string text) => WriteAllBytes(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Puts a file on the disk from outside, as a flashing tool does: durable at once, no operation of the node.</summary>
    public void WriteAllBytes(string path, byte[] bytes)
    {
        var full = FullPath(path);
        for (var folder = Parent(full); folder != Root; folder = Parent(folder)) _directories.Add(folder);
        _files[full] = [.. bytes];
    }

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public byte[] ReadAllBytes(string path) =>
        _files.TryGetValue(FullPath(path), out var bytes) ? [.. bytes] : throw new FileNotFoundException("Not on the node's disk.", path);

    public string ReadAllText(string path) => Encoding.UTF8.GetString(ReadAllBytes(path));

    public bool Exists(string path) => _files.ContainsKey(FullPath(path));

    /// <summary>Flash wears: flips one bit of a stored file.</summary>
    public void FlipBit(string path, int bit) => _files[FullPath(path)][bit / 8] ^= (byte)(1 << (bit % 8));

    /// <summary>Erases the partition.</summary>
    public void Erase()
    {
        _files.Clear();
        _directories.Clear();
        _directories.Add(Root);
    }

    // What follows is the device's side; paths come from the firmware as they are.

    internal bool FileExists(string path) => _files.ContainsKey(FullPath(path));

    internal bool DirectoryExists(string path) => _directories.Contains(FullPath(path));

    internal int LengthOf(string path) => Find(path).Length;

    internal OpenFile Open(string path, bool create, bool truncate, bool mayWrite)
    {
        var full = FullPath(path);
        if (!_files.TryGetValue(full, out var durable))
        {
            if (!create) throw new DiskException(DiskError.FileNotFound, path);
            if (!_directories.Contains(Parent(full))) throw new DiskException(DiskError.DirectoryNotFound, path);
            BeginOperation();
            _files[full] = durable = [];
            EndOperation();
        }
        var open = new OpenFile(this, full, truncate ? [] : durable, mayWrite) { IsDirty = truncate && durable.Length > 0 };
        _open.Add(open);
        return open;
    }

    internal void Delete(string path)
    {
        var full = FullPath(path);
        if (!_files.ContainsKey(full)) return;
        BeginOperation();
        _files.Remove(full);
        EndOperation();
    }

    /// <summary>The device's File.Move refuses to replace.</summary>
    internal void Move(string from, string to)
    {
        var (source, target) = (FullPath(from), FullPath(to));
        if (_files.ContainsKey(target) || _directories.Contains(target)) throw new DiskException(DiskError.PathAlreadyExists, to);
        if (!_directories.Contains(Parent(target))) throw new DiskException(DiskError.DirectoryNotFound, to);
        var bytes = Find(from);
        BeginOperation();
        _files.Remove(source);
        _files[target] = bytes;
        EndOperation();
    }

    internal void CreateDirectory(string path)
    {
        var full = FullPath(path);
        if (_directories.Contains(full)) return;
        BeginOperation();
        for (var folder = full; !_directories.Contains(folder); folder = Parent(folder)) _directories.Add(folder);
        EndOperation();
    }

    internal void DeleteDirectory(string path, bool recursive)
    {
        var full = FullPath(path);
        if (!_directories.Contains(full)) throw new DiskException(DiskError.DirectoryNotFound, path);
        var inside = full.TrimEnd('\\') + "\\";
        var files = _files.Keys.Where(f => f.StartsWith(inside, StringComparison.Ordinal)).ToArray();
        var folders = _directories.Where(d => d != full && d.StartsWith(inside, StringComparison.Ordinal)).ToArray();
        if (!recursive && files.Length + folders.Length > 0) throw new DiskException(DiskError.DirectoryNotEmpty, path);
        BeginOperation();
        foreach (var file in files) _files.Remove(file);
        _directories.ExceptWith(folders);
        _directories.Remove(full);
        EndOperation();
    }

    internal string[] FilesIn(string path) => Directly(path, _files.Keys);

    internal string[] DirectoriesIn(string path) => Directly(path, _directories);

    /// <summary>The wake is over: what was open and not closed never was.</summary>
    internal void DropOpenFiles() => _open.Clear();

    internal void PowerReturned() => _operationsToCut = -1;

    /// <summary>Absolute, with backslashes and without a trailing one.</summary>
    internal static string FullPath(string path)
    {
        if (string.IsNullOrEmpty(path)) throw new DiskException(DiskError.InvalidPath, path ?? "");
        var full = path.Replace('/', '\\');
        if (full.Length < 2 || full[1] != ':') full = Root + full.TrimStart('\\');
        if (!full.StartsWith("I:", StringComparison.Ordinal)) throw new DiskException(DiskError.VolumeNotFound, path);
        full = full.TrimEnd('\\');
        return full == "I:" ? Root : full;
    }

    internal static string Parent(string full) => full.LastIndexOf('\\') is var at && at <= 2 ? Root : full[..at];

    string[] Directly(string path, IEnumerable<string> all)
    {
        var full = FullPath(path);
        if (!_directories.Contains(full)) throw new DiskException(DiskError.DirectoryNotFound, path);
        return [.. all.Where(p => p != Root && Parent(p) == full).Order(StringComparer.Ordinal)];
    }

    byte[] Find(string path) => _files.TryGetValue(FullPath(path), out var bytes) ? bytes : throw new DiskException(DiskError.FileNotFound, path);

    void BeginOperation()
    {
        if (_operationsToCut == 0) throw _board.CutPower();
    }

    void EndOperation()
    {
        Operations++;
        if (_operationsToCut > 0 && --_operationsToCut == 0) throw _board.CutPower();
    }

    /// <summary>A file as one handle sees it: a copy, which replaces the durable content at close.</summary>
    internal sealed class OpenFile(FlashDisk disk, string path, byte[] content, bool mayWrite)
    {
        byte[] _content = content;
        bool _isOwn;

        public string Path => path;
        public int Length { get; private set; } = content.Length;
        public bool MayWrite => mayWrite;
        public bool IsDirty { get; set; }

        public int Read(int position, Span<byte> into)
        {
            var count = Math.Max(0, Math.Min(into.Length, Length - position));
            _content.AsSpan(position > Length ? 0 : position, count).CopyTo(into);
            return count;
        }

        public void Write(int position, ReadOnlySpan<byte> bytes)
        {
            disk.BeginOperation();
            Resize(Math.Max(Length, position + bytes.Length));
            bytes.CopyTo(_content.AsSpan(position));
            IsDirty = true;
            disk.EndOperation();
        }

        public void SetLength(int length)
        {
            disk.BeginOperation();
            Resize(length);
            IsDirty = true;
            disk.EndOperation();
        }

        public void Close()
        {
            if (!disk._open.Remove(this) || !IsDirty) return;
            disk.BeginOperation();
            disk._files[path] = Length == _content.Length ? _content : _content[..Length];
            disk.EndOperation();
        }

        void Resize(int length)
        {
            var others = disk.UsedBytes - (disk._files.TryGetValue(path, out var durable) ? durable.Length : 0);
            if (others + length > disk.CapacityBytes) throw new DiskException(DiskError.Full, path);
            // Growth doubles so that many small appends stay linear; the durable array is never written to.
            if (!_isOwn || length > _content.Length)
            {
                var capacity = length > _content.Length && _isOwn ? Math.Max(length, _content.Length * 2) : Math.Max(length, _content.Length);
                var grown = new byte[capacity];
                _content.AsSpan(0, Length).CopyTo(grown);
                (_content, _isOwn) = (grown, true);
            }
            if (length < Length) _content.AsSpan(length, Length - length).Clear();
            Length = length;
        }
    }
}

enum DiskError { FileNotFound, DirectoryNotFound, DirectoryNotEmpty, PathAlreadyExists, VolumeNotFound, InvalidPath, Full }

/// <summary>Becomes the device's System.IO.IOException in the device library.</summary>
sealed class DiskException(DiskError error, string path) : Exception($"{error}: {path}")
{
    public DiskError Error => error;
}
