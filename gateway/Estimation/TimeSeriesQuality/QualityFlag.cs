namespace FourPerMille.Sensor.Estimation.TimeSeriesQuality;

/// <summary>The primary flags of QARTOD (IOC 54:V3): the numbers are the published ones.</summary>
public enum QualityFlag : byte
{
    Pass = 1,
    NotEvaluated = 2,
    Suspect = 3,
    Fail = 4,
    Missing = 9,
}

public static class QualityFlags
{
    /// <summary>
    /// The one flag of a value that several tests judged: the worst verdict wins, and a verdict wins over none
    /// (Fail, Suspect, Pass, NotEvaluated, Missing; the order of ioos_qc's <c>qartod_compare</c>).
    /// </summary>
    public static QualityFlag Aggregate(params ReadOnlySpan<QualityFlag> flags)
    {
        var worst = QualityFlag.Missing;
        foreach (var flag in flags)
            if (Weight(flag) > Weight(worst)) worst = flag;
        return worst;
    }

    static int Weight(QualityFlag flag) => flag switch
    {
        QualityFlag.Fail => 4,
        QualityFlag.Suspect => 3,
        QualityFlag.Pass => 2,
        QualityFlag.NotEvaluated => 1,
        _ => 0,
    };
}
