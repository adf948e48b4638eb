using System.Security.Cryptography;

namespace FourPerMille.Sensor.VirtualBoard;

/// <summary>The framework's cryptography for the device library, whose own classes of the same names hide it there.</summary>
static class HostCrypto
{
    public static byte[] HmacSha256(byte[] key, byte[] data) => HMACSHA256.HashData(key, data);

    public static byte[] HmacSha512(byte[] key, byte[] data) => HMACSHA512.HashData(key, data);
}
