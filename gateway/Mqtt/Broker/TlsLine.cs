using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

namespace FourPerMille.Sensor.Mqtt;

/// <summary>Lays TLS over a connection.</summary>
sealed class TlsLine : IDuplexPipe
{
    TlsLine(Stream stream, X509Certificate2? peer) => (Input, Output, Peer) = (PipeReader.Create(stream), PipeWriter.Create(stream), peer);

    public PipeReader Input { get; }
    public PipeWriter Output { get; }

    /// <summary>What the client showed; null where it was asked for nothing.</summary>
    public X509Certificate2? Peer { get; }

    /// <exception cref="AuthenticationException">The peer speaks no TLS, or none that is accepted, or may not enter.</exception>
    public static async Task<TlsLine> Open(ConnectionContext transport, MqttListenerTls tls, CancellationToken stop)
    {
        var pair = new DuplexStream(transport.Transport.Input.AsStream(), transport.Transport.Output.AsStream());
        var stream = new SslStream(pair);
        await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = tls.Certificate(),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = tls.MayEnter is not null,
            RemoteCertificateValidationCallback = (_, shown, _, _) => tls.MayEnter is not { } mayEnter || mayEnter(shown as X509Certificate2),
        }, stop);
        return new TlsLine(stream, tls.MayEnter is null ? null : stream.RemoteCertificate as X509Certificate2);
    }

    /// <summary>Two one-way streams as the one that SslStream wants.</summary>
    sealed class DuplexStream(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;
        public override bool CanWrite => true;
        public override bool CanSeek => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken stop = default) => input.ReadAsync(buffer, stop);
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken stop = default) => output.WriteAsync(buffer, stop);
        public override Task FlushAsync(CancellationToken stop) => output.FlushAsync(stop);
        public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);
        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);
        public override void Flush() => output.Flush();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) { input.Dispose(); output.Dispose(); }
            base.Dispose(disposing);
        }
    }
}
