namespace System.IO;

public abstract class FileSystemInfo : MarshalByRefObject
{
    protected FileSystemInfo() { }

    internal string Given { get; init; }

    public FileAttributes Attributes => this is DirectoryInfo ? FileAttributes.Directory : FileAttributes.Normal;
    public abstract bool Exists { get; }
    public abstract string Name { get; }
    public virtual string FullName => Path.GetFullPath(Given);
    public string Extension => Path.GetExtension(Given);

    public abstract void Delete();
    protected abstract void HandleRefreshError();

    public virtual void Refresh()
    {
        if (!Exists) HandleRefreshError();
    }
}

public sealed class FileInfo : FileSystemInfo
{
    public FileInfo(string fileName) => Given = fileName ?? throw new ArgumentNullException();

    public override bool Exists => File.Exists(Given);
    public override string Name => Path.GetFileName(Given);
    public long Length => IOException.Device(disk => disk.LengthOf(Given));
    public DirectoryInfo Directory => new(DirectoryName);
    public string DirectoryName => Path.GetDirectoryName(Given);

    public FileStream Create() => File.Create(Given);
    public override void Delete() => File.Delete(Given);
    public override string ToString() => FullName;
    protected override void HandleRefreshError() => throw new IOException(Given, (int)IOException.IOExceptionErrorCode.FileNotFound);
}

public sealed class DirectoryInfo : FileSystemInfo
{
    public DirectoryInfo(string path) => Given = path ?? throw new ArgumentNullException();

    public override bool Exists => Directory.Exists(Given);
    public override string Name => Path.GetFileName(FullName);
    public DirectoryInfo Parent => Path.GetDirectoryName(Given) is { } parent ? new DirectoryInfo(parent) : null;
    public DirectoryInfo Root => new(Path.GetPathRoot(FullName));

    public void Create() => Directory.CreateDirectory(Given);
    public DirectoryInfo CreateSubdirectory(string path) => Directory.CreateDirectory(Path.Combine(FullName, path));
    public override void Delete() => Directory.Delete(Given);
    public void Delete(bool recursive) => Directory.Delete(Given, recursive);
    public void MoveTo(string destDirName) => Directory.Move(Given, destDirName);
    public FileInfo[] GetFiles() => Array.ConvertAll(Directory.GetFiles(Given), f => new FileInfo(f));
    public DirectoryInfo[] GetDirectories() => Array.ConvertAll(Directory.GetDirectories(Given), d => new DirectoryInfo(d));
    public override string ToString() => FullName;
    protected override void HandleRefreshError() => throw new IOException(Given, (int)IOException.IOExceptionErrorCode.DirectoryNotFound);
}
