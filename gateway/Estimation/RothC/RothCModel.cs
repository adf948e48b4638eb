namespace FourPerMille.Sensor.Estimation.RothC;

/// <summary>Where a simulated soil stands at the end of a month.</summary>
public struct RothCState
{
    public Pools Pools;
    /// <summary>Radiocarbon activity of each pool: its carbon times exp(-age/8033), t C/ha.</summary>
    public Pools Activity;
    /// <summary>Soil moisture deficit, mm; zero at field capacity.</summary>
    public double DeficitMm;
    /// <summary>CO2 carbon since the count began, t C/ha.</summary>
    public double CarbonDioxideTonnesPerHa;
}

/// <summary>One month of a run: what drove it, how fast things went, and what it ended with.</summary>
public readonly record struct RothCRow(RothCMonth Drivers, RateModifiers Modifiers, RothCState State);

/// <summary>The soil at the equilibrium of a repeated year, and how many months the stop rule took.</summary>
public readonly record struct RothCSpinUp(RothCState State, int Months);

/// <summary>
/// RothC-26.3 (Coleman and Jenkinson 1996) in monthly steps, equal to the official Fortran 2.0.0: the same order of events
/// (modifiers, decomposition, then inputs), the same radiocarbon. All carbon in t C/ha.
/// </summary>
/// <remarks>
/// The official program writes its constants in single precision (0.3 is 0.300000012), and its last printed digit shows it.
/// Here and beside the water deficits they carry an f for that reason; all arithmetic is double precision, there as here.
/// </remarks>
public sealed class RothCModel
{
    // Decomposition rates per year at modifier 1, Coleman and Jenkinson 1996.
    const double DpmRatePerYear = 10, RpmRatePerYear = 0.3f, BioRatePerYear = 0.66f, HumRatePerYear = 0.02f;
    const double BioShare = 0.46f, HumShare = 0.54f;
    const double ManureDpm = 0.49f, ManureRpm = 0.49f, ManureHum = 0.02f;
    const double CoverModifier = 0.6f;
    const int MonthsPerYear = 12;
    const double YearsPerMonth = 1f / 12;
    // Libby's half-life, as the Fortran uses for ages; the inert pool is 50,000 years old.
    static readonly double RadioDecayPerYear = MathF.Log(2) / 5568f;
    static readonly double RadioDecayPerMonth = Math.Exp(-RadioDecayPerYear * YearsPerMonth);
    static readonly double InertActivity = Math.Exp(-RadioDecayPerYear * 50_000);
    /// <summary>The official stop rule: a year that changes the active carbon by less than this, t C/ha.</summary>
    public const double StopRuleTonnesPerHa = 1e-6;

    readonly double _toBio, _toHum, _toCarbonDioxide;

    public RothCModel(RothCSoil soil)
    {
        Soil = soil;
        double ratio = soil.CarbonDioxideRatio;
        (_toBio, _toHum, _toCarbonDioxide) = (BioShare / (ratio + 1), HumShare / (ratio + 1), ratio / (ratio + 1));
    }

    public RothCSoil Soil { get; }

    public double StockTonnesPerHa(in RothCState state) => state.Pools.Sum + Soil.InertTonnesPerHa;

    /// <summary>Delta 14C of the whole soil, per mille, from its mean radiocarbon age: (exp(-age/8035) - 1) 1000.</summary>
    public double DeltaC14(in RothCState state)
    {
        double stock = StockTonnesPerHa(state);
        if (stock <= 0) return 0;
        double age = Math.Log(stock / (state.Activity.Sum + Soil.InertTonnesPerHa * InertActivity)) / RadioDecayPerYear;
        return (Math.Exp(-age / 8035.0) - 1) * 1000;
    }

    /// <summary>
    /// The official run: the first twelve months repeated to equilibrium, then the rest, counting CO2 from zero.
    /// </summary>
    /// <param name="months">At least twelve; the first twelve are the equilibrium year.</param>
    /// <returns>The equilibrium and one row for every later month.</returns>
    public (RothCSpinUp SpinUp, RothCRow[] Rows) Run(ReadOnlySpan<RothCMonth> months)
    {
        var spinUp = SpinUp(months);
        var state = spinUp.State;
        var rows = new RothCRow[months.Length - MonthsPerYear];
        for (int i = 0; i < rows.Length; i++)
        {
            var modifiers = Step(ref state, months[MonthsPerYear + i]);
            rows[i] = new(months[MonthsPerYear + i], modifiers, state);
        }
        return (spinUp, rows);
    }

    /// <summary>Runs month after month and keeps only where it ends.</summary>
    public void Advance(ref RothCState state, ReadOnlySpan<RothCMonth> months)
    {
        foreach (ref readonly var month in months) Step(ref state, month);
    }

    /// <summary>One month: modifiers, decomposition, then the inputs. Returns the modifiers.</summary>
    public RateModifiers Step(ref RothCState state, in RothCMonth month)
    {
        var modifiers = Modifiers(ref state.DeficitMm, month);
        var kept = Kept(modifiers.Product);
        double decomposed = (1 - kept.Dpm) * state.Pools.Dpm + (1 - kept.Rpm) * state.Pools.Rpm
            + (1 - kept.Bio) * state.Pools.Bio + (1 - kept.Hum) * state.Pools.Hum;
        var input = Input(month);
        state.Pools = Decay(kept, state.Pools) + input;
        state.Activity = RadioDecayPerMonth * Decay(kept, state.Activity) + month.ModernPercent / 100.0 * input;
        state.CarbonDioxideTonnesPerHa += _toCarbonDioxide * decomposed;
        return modifiers;
    }

    /// <summary>The month as a linear map of the pools, for spin-up, filters and sensitivities. Updates the deficit.</summary>
    public PoolMap Map(ref double deficitMm, in RothCMonth month) =>
        new(Matrix(Kept(Modifiers(ref deficitMm, month).Product)), Input(month));

    /// <summary>
    /// From empty pools, repeats the first twelve months until a year changes the active carbon by less than 1e-6 t C/ha,
    /// as the official program does, and says after how many months that is.
    /// </summary>
    /// <remarks>
    /// Once the water balance repeats, every year is the same map x' = A x + u, so many years are one power of it. Because no
    /// column of A sums above one, the yearly gain from a state that only gains never grows: the last year before the rule holds is
    /// found by bisection over powers of two, jumped to, and the rest is stepped. A state that gains and loses is stepped throughout.
    /// </remarks>
    public RothCSpinUp SpinUp(ReadOnlySpan<RothCMonth> months)
    {
        if (months.Length < MonthsPerYear) throw new ArgumentException("A spin-up needs twelve months.", nameof(months));
        var year = months[..MonthsPerYear];
        var state = new RothCState();
        double before = 0;
        bool jumped = false;
        for (int years = 0; ;)
        {
            double deficit = state.DeficitMm;
            Advance(ref state, year);
            years++;
            double change = Math.Abs(state.Pools.Sum - before);
            before = state.Pools.Sum;
            if (change < StopRuleTonnesPerHa)
            {
                state.CarbonDioxideTonnesPerHa = 0;
                return new(state, years * MonthsPerYear);
            }
            if (jumped || state.DeficitMm != deficit) continue;
            years += Jump(ref state, year);
            before = state.Pools.Sum;
            jumped = true;
        }
    }

    /// <summary>
    /// The equilibrium in closed form, (I - A)^-1 u of the settled year; the stop rule stays short of it by less than its own tail.
    /// </summary>
    public RothCState Equilibrium(ReadOnlySpan<RothCMonth> months)
    {
        if (months.Length < MonthsPerYear) throw new ArgumentException("An equilibrium needs twelve months.", nameof(months));
        var year = months[..MonthsPerYear];
        double deficit = SettledDeficit(year);
        var (carbon, activity) = YearMaps(year, deficit);
        return new RothCState
        {
            Pools = carbon.Matrix.FixedPoint(carbon.Input),
            Activity = activity.Matrix.FixedPoint(activity.Input),
            DeficitMm = deficit,
        };
    }

    RateModifiers Modifiers(ref double deficitMm, in RothCMonth month) => new(
        RateModifiers.OfTemperature(month.TemperatureCelsius),
        month.WaterContent is { } measured
            ? RateModifiers.OfProbe(measured, Soil.MinimumMoistureModifier)
            : RateModifiers.OfWaterBalance(Soil, month, ref deficitMm),
        month.IsCovered ? CoverModifier : 1);

    /// <summary>The share of each pool that a month at this rate leaves: exp(-a b c k / 12).</summary>
    static Pools Kept(double rate)
    {
        double scaled = -rate * YearsPerMonth;
        return new(Math.Exp(scaled * DpmRatePerYear), Math.Exp(scaled * RpmRatePerYear), Math.Exp(scaled * BioRatePerYear), Math.Exp(scaled * HumRatePerYear));
    }

    Pools Decay(Pools kept, Pools x)
    {
        double dpm = kept.Dpm * x.Dpm, rpm = kept.Rpm * x.Rpm, bio = kept.Bio * x.Bio, hum = kept.Hum * x.Hum;
        double decomposed = (x.Dpm - dpm) + (x.Rpm - rpm) + (x.Bio - bio) + (x.Hum - hum);
        return new(dpm, rpm, bio + _toBio * decomposed, hum + _toHum * decomposed);
    }

    PoolMatrix Matrix(Pools kept) => new(
        kept.Dpm, kept.Rpm,
        _toBio * (1 - kept.Dpm), _toBio * (1 - kept.Rpm), kept.Bio + _toBio * (1 - kept.Bio), _toBio * (1 - kept.Hum),
        _toHum * (1 - kept.Dpm), _toHum * (1 - kept.Rpm), _toHum * (1 - kept.Bio), kept.Hum + _toHum * (1 - kept.Hum));

    static Pools Input(in RothCMonth month)
    {
        double plant = month.PlantTonnesPerHa, manure = month.ManureTonnesPerHa, dpmShare = month.DpmToRpm / (month.DpmToRpm + 1);
        return new(dpmShare * plant + ManureDpm * manure, plant / (month.DpmToRpm + 1) + ManureRpm * manure, 0, ManureHum * manure);
    }

    /// <summary>A year of carbon and a year of radiocarbon as one map each, from a deficit that the year leaves as it found it.</summary>
    (PoolMap Carbon, PoolMap Activity) YearMaps(ReadOnlySpan<RothCMonth> year, double deficitMm)
    {
        PoolMap carbon = PoolMap.Identity, activity = PoolMap.Identity;
        foreach (ref readonly var month in year)
        {
            var step = Map(ref deficitMm, month);
            carbon = carbon.Then(step);
            activity = activity.Then(new(RadioDecayPerMonth * step.Matrix, month.ModernPercent / 100.0 * step.Input));
        }
        return (carbon, activity);
    }

    double SettledDeficit(ReadOnlySpan<RothCMonth> year)
    {
        double deficit = 0;
        for (int years = 0; years < 100_000; years++)
        {
            double before = deficit;
            foreach (ref readonly var month in year) Modifiers(ref deficit, month);
            if (deficit == before) return deficit;
        }
        throw new InvalidOperationException("The water balance of this year never repeats.");
    }

    /// <summary>Moves the state to just before the stop rule can hold, where the year map allows it; returns the years moved.</summary>
    int Jump(ref RothCState state, ReadOnlySpan<RothCMonth> year)
    {
        var (carbon, activity) = YearMaps(year, state.DeficitMm);
        var gain = carbon.Apply(state.Pools) - state.Pools;
        if (!gain.IsNonNegative) return 0;

        Span<PoolMap> carbonPower = stackalloc PoolMap[20], activityPower = stackalloc PoolMap[20];
        (carbonPower[0], activityPower[0]) = (carbon, activity);
        for (int k = 1; k < carbonPower.Length; k++)
            (carbonPower[k], activityPower[k]) = (carbonPower[k - 1].Then(carbonPower[k - 1]), activityPower[k - 1].Then(activityPower[k - 1]));

        int years = 0;
        for (int k = carbonPower.Length - 1; k >= 0; k--)
        {
            var later = carbonPower[k].Matrix * gain;
            if (later.Sum < StopRuleTonnesPerHa) continue;
            gain = later;
            state.Pools = carbonPower[k].Apply(state.Pools);
            state.Activity = activityPower[k].Apply(state.Activity);
            years += 1 << k;
        }
        return years;
    }
}
