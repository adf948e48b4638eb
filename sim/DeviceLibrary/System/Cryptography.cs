namespace System.Security.Cryptography;

/// <summary>HMAC as the device has it: whole arrays in, a new array out.</summary>
public class HMACSHA256 : IDisposable
{
    public HMACSHA256() => throw new NotSupportedException("The device has no random source for a key.");
    public HMACSHA256(byte[] key) => Key = key ?? throw new ArgumentNullException();

    public byte[] Key { get; set; }
    public byte[] Hash { get; private set; }

    public byte[] ComputeHash(byte[] buffer) => Hash = HashData(Key, buffer);

    public static byte[] HashData(byte[] key, byte[] source)
    {
        _ = Board.Awake;
        return HostCrypto.HmacSha256(key, source);
    }

    public void Dispose() => Dispose(true);

    protected void Dispose(bool disposing)
    {
    }
}

public class HMACSHA512 : IDisposable
{
    public HMACSHA512() => throw new NotSupportedException("The device has no random source for a key.");
    public HMACSHA512(byte[] key) => Key = key ?? throw new ArgumentNullException();

    public byte[] Key { get; set; }
    public byte[] Hash { get; private set; }

    public byte[] ComputeHash(byte[] buffer) => Hash = HashData(Key, buffer);

    public static byte[] HashData(byte[] key, byte[] source)
    {
        _ = Board.Awake;
        return HostCrypto.HmacSha512(key, source);
    }

    public void Dispose() => Dispose(true);

    protected void Dispose(bool disposing)
    {
    }
}
