using System.Globalization;
using FourPerMille.Sensor.Estimation.RothC;

namespace FourPerMille.Sensor.Bench.Estimation;

/// <summary>
/// RothC over 828 months, forward only and with its spin-up; beside it the official Fortran in process, where gfortran is here and
/// <c>FPM_ROTHC_FORTRAN</c> names its RothC.for (github.com/Rothamsted-Models/RothC_Code).
/// </summary>
static class RothCRuns
{
    const int Months = 828, Rounds = 100, RunsARound = 10;

    public static void Run()
    {
        var soil = new RothCSoil(23.4, 23.0, 3.0041);
        var model = new RothCModel(soil);
        var months = Weather();
        var start = model.SpinUp(months).State;
        double forward = Timing.BestSeconds(Rounds, () =>
        {
            for (int i = 0; i < RunsARound; i++) { var state = start; model.Advance(ref state, months.AsSpan(12)); }
        }) / RunsARound;
        double whole = Timing.BestSeconds(Rounds, () =>
        {
            for (int i = 0; i < RunsARound; i++) { var state = model.SpinUp(months).State; model.Advance(ref state, months.AsSpan(12)); }
        }) / RunsARound;
        Console.WriteLine($"rothc: {1 / forward:F0} forward runs of {Months} months/s ({Months / forward / 1e6:F1} million months/s), {1 / whole:F0} with spin-up ({model.SpinUp(months).Months} months)");
        if (Fortran(months) is not var (theirForward, theirWhole)) { Console.WriteLine("rothc: no gfortran, or FPM_ROTHC_FORTRAN does not name RothC.for, to compare with"); return; }
        Console.WriteLine($"rothc: Fortran {1 / theirForward:F0} forward/s, {1 / theirWhole:F0} with spin-up; ratios {theirForward / forward:F2} (wanted: 1) and {theirWhole / whole:F1} (wanted: 10)");
    }

    static RothCMonth[] Weather() => Enumerable.Range(0, 12 + Months).Select(i => new RothCMonth
    {
        Year = i / 12, Month = i % 12 + 1, ModernPercent = 100,
        TemperatureCelsius = Math.Round(9.5 - 7 * Math.Cos((i % 12 - 0.5) / 12.0 * 2 * Math.PI) + i * 7 % 11 * 0.1, 2),
        RainMm = 40 + i * 13 % 37, EvaporationMm = Math.Round(60 - 55 * Math.Cos((i % 12 - 0.5) / 12.0 * 2 * Math.PI), 1),
        PlantTonnesPerHa = i % 12 == 7 ? 1.74 : 0, IsCovered = i % 12 != 8, DpmToRpm = 1.44,
    }).ToArray();

    static (double Forward, double Whole)? Fortran(RothCMonth[] months)
    {
        if (Environment.GetEnvironmentVariable("FPM_ROTHC_FORTRAN") is not { } source || !File.Exists(source)) return null;
        var folder = Directory.CreateTempSubdirectory("fpm-bench-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "driver.f90"), Driver);
            File.WriteAllLines(Path.Combine(folder.FullName, "months.txt"), months.Select(m => string.Create(CultureInfo.InvariantCulture,
                $"{m.TemperatureCelsius} {m.RainMm} {m.EvaporationMm} {m.PlantTonnesPerHa} {(m.IsCovered ? 1 : 0)}")));
            string rothc = Path.GetFullPath(source);
            if (Timing.Output("gfortran", ["-O2", "-o", "bench", rothc, "driver.f90"], folder.FullName) is null) return null;
            double[]? seconds = Timing.Output(Path.Combine(folder.FullName, "bench"), [], folder.FullName)?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                .Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToArray();
            return seconds is [var forward, var whole] ? (forward, whole) : null;
        }
        finally { folder.Delete(recursive: true); }
    }

    // Times the official subroutine the way its shell calls it, without its file output.
    const string Driver = """
        program bench
          implicit none
          integer, parameter :: n = 840
          real*8 :: t(n), r(n), e(n), c(n), begin, finish, forward, whole
          real*8 :: p(4), iom, soc, co2, a(5), smd, rt, rm, rp
          integer :: pc(n), i, k
          open(10, file='months.txt')
          do i = 1, n
            read(10,*) t(i), r(i), e(i), c(i), pc(i)
          end do
          forward = 1d9; whole = 1d9; iom = 3.0041d0
          do k = 1, 5
            call cpu_time(begin)
            do i = 1, 200
              call go(.false.)
            end do
            call cpu_time(finish)
            forward = min(forward, (finish - begin) / 200)
            call cpu_time(begin)
            do i = 1, 5
              call go(.true.)
            end do
            call cpu_time(finish)
            whole = min(whole, (finish - begin) / 5)
          end do
          print *, forward, whole
        contains
          subroutine go(spin)
            logical, intent(in) :: spin
            real*8 :: toc0, toc1, test
            integer :: m
            p = (/0.16d0, 5.8d0, 0.87d0, 32.6d0/); a = 0; smd = 0; co2 = 0
            if (spin) then
              p = 0; test = 100; toc1 = 0; m = 0
              do while (test >= 1d-6)
                m = mod(m, 12) + 1
                call step(m)
                if (m == 12) then
                  toc0 = toc1; toc1 = sum(p); test = abs(toc1 - toc0)
                end if
              end do
            end if
            do m = 13, n
              call step(m)
            end do
            if (soc < 0) print *, soc
          end subroutine
          subroutine step(j)
            integer, intent(in) :: j
            call RothC(12, p(1), p(2), p(3), p(4), iom, soc, co2, a(1), a(2), a(3), a(4), a(5), 1d0, 23.4d0, 23d0, &
              t(j), r(j), e(j), pc(j), 1.44d0, c(j), 0d0, smd, rt, rm, rp, 1, 1, 58.6d0, 1.27d0, 0.94d0, 0.2d0)
          end subroutine
        end program
        """;
}
