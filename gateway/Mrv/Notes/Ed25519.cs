using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FourPerMille.Sensor.Mrv.Notes;

/// <summary>Ed25519 (RFC 8032) by libsodium, called directly: .NET 10 has none of its own.</summary>
static partial class Ed25519
{
    public const int SeedLength = 32, PublicKeyLength = 32, SignatureLength = 64;
    const int SecretKeyLength = 64; // seed ‖ public key, libsodium's form

    static Ed25519()
    {
        if (sodium_init() < 0) throw new CryptographicException("libsodium did not start");
    }

    /// <summary>The public key that belongs to a seed.</summary>
    public static byte[] PublicKey(ReadOnlySpan<byte> seed) => Expand(seed)[SeedLength..];

    public static byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message)
    {
        var secretKey = Expand(seed);
        var signature = new byte[SignatureLength];
        var failed = crypto_sign_ed25519_detached(signature, 0, message, (ulong)message.Length, secretKey) != 0;
        CryptographicOperations.ZeroMemory(secretKey);
        return failed ? throw new CryptographicException("libsodium did not sign") : signature;
    }

    /// <summary>False for a wrong signature, and for keys and signatures that are no canonical points.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        publicKey.Length == PublicKeyLength && signature.Length == SignatureLength
        && crypto_sign_ed25519_verify_detached(signature, message, (ulong)message.Length, publicKey) == 0;

    static byte[] Expand(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedLength) throw new ArgumentException($"A seed has {SeedLength} bytes.", nameof(seed));
        var (publicKey, secretKey) = (new byte[PublicKeyLength], new byte[SecretKeyLength]);
        if (crypto_sign_ed25519_seed_keypair(publicKey, secretKey, seed) != 0) throw new CryptographicException("libsodium made no key");
        return secretKey;
    }

    [LibraryImport("libsodium")]
    private static partial int sodium_init();

    [LibraryImport("libsodium")]
    private static partial int crypto_sign_ed25519_seed_keypair(Span<byte> publicKey, Span<byte> secretKey, ReadOnlySpan<byte> seed);

    [LibraryImport("libsodium")]
    private static partial int crypto_sign_ed25519_detached(
        Span<byte> signature, nint signatureLength, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> secretKey);

    [LibraryImport("libsodium")]
    private static partial int crypto_sign_ed25519_verify_detached(
        ReadOnlySpan<byte> signature, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> publicKey);
}
