using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Store;

namespace FourPerMille.Sensor.Gateway.Quality;

/// <summary>A node's readings, calibrated and judged, as the store understands them today.</summary>
public sealed class JudgedReadings(Database database, CertificateBook certificates)
{
    /// <summary>Readings taken in a span, by the middle of their interval. A week at a time, so that a year needs no more memory than a fortnight.</summary>
    public IEnumerable<JudgedReading> Within(Node node, DateTimeOffset since, DateTimeOffset until)
    {
        var valid = certificates.Of(node);
        for (var from = since; from < until; from += ReadingQuality.Lookback)
        {
            var to = from + ReadingQuality.Lookback < until ? from + ReadingQuality.Lookback : until;
            var stored = database.Read(session => StoredReadings.Within(session, node, from - ReadingQuality.Lookback, to).ToList());
            foreach (var reading in ReadingQuality.Judge(stored, valid))
                if (reading.Reading.Time.Middle >= from && reading.Reading.Time.Middle < to) yield return reading;
        }
    }
}
