using System.IO;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace FourPerMille.Sensor.Node.Link.Wifi
{
    /// <summary>
    /// What TLS needs from the node's drive, as PEM text: the authority that the gateway is known by and, where the gateway asks for it,
    /// the node's own certificate and key. They are given to the runtime as strings, because mbedTLS takes PEM only with a zero behind
    /// it and the runtime adds that to strings alone.
    /// </summary>
    internal static class TlsFiles
    {
        /// <summary>An authority by the gateway is 0.7 kB; a chain of RSA certificates may be some more.</summary>
        private const int MaxLength = 4096;

        /// <summary>Null without the file: then only authorities in the device's own certificate store count.</summary>
        public static X509Certificate Authority()
        {
            string pem = Read("I:\\ca.pem");
            return pem == null ? null : new X509Certificate(pem);
        }

        /// <summary>Null for a node that was given none.</summary>
        public static X509Certificate Own()
        {
            string pem = Read("I:\\client.pem");
            string key = Read("I:\\client-key.pem");
            return pem == null || key == null ? null : new X509Certificate2(pem, key, string.Empty);
        }

        private static string Read(string path)
        {
            if (!File.Exists(path))
            {
                return null;
            }

            using (FileStream file = new FileStream(path, FileMode.Open, FileAccess.Read))
            {
                if (file.Length > MaxLength)
                {
                    Trace.Line(path + " is longer than " + MaxLength + " bytes");
                    return null;
                }

                byte[] bytes = new byte[(int)file.Length];
                int length = file.Read(bytes, 0, bytes.Length);
                return Encoding.UTF8.GetString(bytes, 0, length);
            }
        }
    }
}
