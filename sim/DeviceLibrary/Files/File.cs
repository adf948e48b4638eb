using System.Text;

namespace System.IO;

public static class File
{
    public static bool Exists(string path) => !string.IsNullOrEmpty(path) && IOException.Device(disk => disk.FileExists(path));
    public static void Delete(string path) => IOException.Device(disk => disk.Delete(path));
    public static void Move(string sourceFileName, string destFileName) => IOException.Device(disk => disk.Move(sourceFileName, destFileName));

    public static void Copy(string sourceFileName, string destFileName) => Copy(sourceFileName, destFileName, false);

    public static void Copy(string sourceFileName, string destFileName, bool overwrite)
    {
        if (!overwrite && Exists(destFileName)) throw new IOException(destFileName, (int)IOException.IOExceptionErrorCode.PathAlreadyExists);
        WriteAllBytes(destFileName, ReadAllBytes(sourceFileName));
    }

    public static FileStream Create(string path) => new(path, FileMode.Create, FileAccess.ReadWrite);
    public static FileStream Create(string path, int bufferSize) => Create(path);
    public static FileStream Open(string path, FileMode mode) => new(path, mode);
    public static FileStream Open(string path, FileMode mode, FileAccess access) => new(path, mode, access);
    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share) => new(path, mode, access, share);
    public static FileStream OpenRead(string path) => new(path, FileMode.Open, FileAccess.Read);
    public static FileStream OpenWrite(string path) => new(path, FileMode.OpenOrCreate, FileAccess.Write);
    public static StreamReader OpenText(string path) => new(OpenRead(path));
    public static StreamWriter AppendText(string path) => new(Open(path, FileMode.Append));

    public static byte[] ReadAllBytes(string path)
    {
        using var file = OpenRead(path);
        var bytes = new byte[file.Length];
        return file.Read(bytes, 0, bytes.Length) == bytes.Length ? bytes : throw new IOException(path);
    }

    public static string ReadAllText(string path) => Encoding.UTF8.GetString(ReadAllBytes(path));

    public static void WriteAllBytes(string path, byte[] bytes)
    {
        using var file = Create(path);
        file.Write(bytes, 0, bytes.Length);
    }

    public static void WriteAllText(string path, string contents) => WriteAllBytes(path, Encoding.UTF8.GetBytes(contents));

    public static void AppendAllText(string path, string contents)
    {
        using var file = Open(path, FileMode.Append);
        var bytes = Encoding.UTF8.GetBytes(contents);
        file.Write(bytes, 0, bytes.Length);
    }

    public static FileAttributes GetAttributes(string path) =>
        Exists(path) ? FileAttributes.Normal : throw new IOException(path, (int)IOException.IOExceptionErrorCode.FileNotFound);

    public static void SetAttributes(string path, FileAttributes fileAttributes) => GetAttributes(path);
}

public static class Directory
{
    public static DirectoryInfo CreateDirectory(string path)
    {
        IOException.Device(disk => disk.CreateDirectory(path));
        return new DirectoryInfo(path);
    }

    public static bool Exists(string path) => !string.IsNullOrEmpty(path) && IOException.Device(disk => disk.DirectoryExists(path));
    public static void Delete(string path) => Delete(path, false);
    public static void Delete(string path, bool recursive) => IOException.Device(disk => disk.DeleteDirectory(path, recursive));
    public static string[] GetFiles(string path) => IOException.Device(disk => disk.FilesIn(path));
    public static string[] GetDirectories(string path) => IOException.Device(disk => disk.DirectoriesIn(path));
    public static string GetCurrentDirectory() => @"I:\";
    public static void SetCurrentDirectory(string path) => throw new NotSupportedException("The virtual board knows absolute paths only.");

    public static void Move(string sourceDirName, string destDirName)
    {
        CreateDirectory(destDirName);
        foreach (var file in GetFiles(sourceDirName)) File.Move(file, Path.Combine(destDirName, Path.GetFileName(file)));
        foreach (var folder in GetDirectories(sourceDirName)) Move(folder, Path.Combine(destDirName, Path.GetFileName(folder)));
        Delete(sourceDirName);
    }
}

public static class Path
{
    public static readonly char DirectorySeparatorChar = '\\';
    public static readonly char AltDirectorySeparatorChar = '/';
    public static readonly char PathSeparator = ';';
    public static readonly char VolumeSeparatorChar = ':';

    public static string Combine(string path1, string path2) => IsPathRooted(path2) || path1.Length == 0 ? path2
        : path2.Length == 0 ? path1 : path1.EndsWith('\\') ? path1 + path2 : path1 + "\\" + path2;

    public static bool IsPathRooted(string path) => path is { Length: > 0 } && (path[0] is '\\' or '/' || path.Length > 1 && path[1] == ':');
    public static string GetFileName(string path) => path?[(path.LastIndexOfAny(['\\', '/', ':']) + 1)..];
    public static string GetExtension(string path) => GetFileName(path) is { } name && name.LastIndexOf('.') is >= 0 and var dot ? name[dot..] : "";
    public static bool HasExtension(string path) => GetExtension(path).Length > 1;
    public static string GetFileNameWithoutExtension(string path) => GetFileName(path) is { } name ? name[..^GetExtension(name).Length] : null;
    public static string ChangeExtension(string path, string extension) => path[..^GetExtension(path).Length] + (extension.StartsWith('.') ? extension : "." + extension);
    public static string GetPathRoot(string path) => path is { Length: > 1 } && path[1] == ':' ? path[..Math.Min(3, path.Length)] : "";
    public static string GetDirectoryName(string path) => FlashDisk.FullPath(path) is var full && full == GetPathRoot(full) ? null : FlashDisk.Parent(full);
    public static string GetFullPath(string path) => FlashDisk.FullPath(path);
    public static char[] GetInvalidFileNameChars() => ['"', '<', '>', '|', '\0', ':', '*', '?', '\\', '/'];
    public static char[] GetInvalidPathChars() => ['"', '<', '>', '|', '\0'];
}
