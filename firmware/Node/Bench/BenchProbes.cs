using System;
using FourPerMille.Sensor.Node.Probes;
using FourPerMille.Sensor.Node.Probes.CapacitiveMoisture;
using FourPerMille.Sensor.Node.Probes.DS18B20;
using FourPerMille.Sensor.Payload;
using nanoFramework.Device.OneWire;

namespace FourPerMille.Sensor.Node.Bench
{
    /// <summary>One probe, fed all the time and looked at again and again, in its raw codes.</summary>
    internal sealed class BenchProbes
    {
        private readonly ProbeSet _probes;
        private readonly CapacitiveMoistureProbe[] _moisture = new CapacitiveMoistureProbe[Reading.DepthCount];
        private readonly int[] _sixteenths = new int[Reading.DepthCount];
        private readonly Reading _shot = new Reading();

        public BenchProbes(ProbeSet probes, BoardLayout board)
        {
            _probes = probes;
            for (int depth = 0; depth < Reading.DepthCount; depth++)
            {
                _moisture[depth] = new CapacitiveMoistureProbe(probes.Adc, board.MoistureAdcChannels[depth]);
            }
        }

        /// <param name="pascals">Pressure for the CO2 sensor to reckon with; Missing for sea level's.</param>
        public void Look(BenchReading into, int pascals)
        {
            into.ClearValues();
            try
            {
                Feed(into.Probe, pascals);
                Take(into);
            }
            catch (Exception failure)
            {
                Trace.Line("bench look failed: " + failure.GetType().Name + " " + failure.Message);
            }
        }

        /// <summary>Of the spectral head's shot that was looked at last, the half with the lamps off.</summary>
        public void TellDark(BenchReading into)
        {
            Copy(_probes.Head.Dark, false, into);
        }

        public void TellLit(BenchReading into)
        {
            Copy(_probes.Head.Lit, true, into);
        }

        public void Rest()
        {
            _probes.SpectralGate.Close();
            _probes.Co2Gate.Close();
            _probes.ProbeGate.Close();
        }

        /// <summary>
        /// A field reading in between takes the supplies away; they come back here. The ground probes' stays on with a head's, because they
        /// share a bus.
        /// </summary>
        private void Feed(int probe, int pascals)
        {
            if (!_probes.ProbeGate.IsOpen)
            {
                _probes.ProbeGate.Open();
            }

            if (probe == BenchProbe.SpectralHead && !_probes.SpectralGate.IsOpen)
            {
                _probes.SpectralGate.Open();
            }

            if (probe == BenchProbe.Co2 && !_probes.Co2Gate.IsOpen)
            {
                _probes.Co2Gate.Open();
                _probes.Co2.TryPrepare(pascals);
            }
        }

        private void Take(BenchReading into)
        {
            int[] values = into.Values;
            if (BenchProbe.IsMoisture(into.Probe))
            {
                CapacitiveMoistureProbe probe = _moisture[into.Probe - BenchProbe.Moisture1];
                probe.Read(out values[0]);
                values[1] = probe.SpreadCounts;
            }
            else if (BenchProbe.IsSoilTemperature(into.Probe))
            {
                ReadSoilTemperature();
                values[0] = _sixteenths[into.Probe - BenchProbe.SoilTemperature1];
            }
            else if (into.Probe == BenchProbe.Co2)
            {
                values[0] = _probes.Co2.TryShoot() ? _probes.Co2.Ppm : Reading.Missing;
            }
            else
            {
                _shot.Clear();
                _probes.Head.Read(_shot);
            }
        }

        private void ReadSoilTemperature()
        {
            for (int depth = 0; depth < Reading.DepthCount; depth++)
            {
                _sixteenths[depth] = Reading.Missing;
            }

            using (OneWireHost host = new OneWireHost())
            {
                new Ds18b20Bus(host, _probes.Roms).Read(_sixteenths);
            }
        }

        private void Copy(int[] counts, bool isLit, BenchReading into)
        {
            into.ClearValues();
            into.IsLit = isLit;
            if (_shot.HasBands)
            {
                into.Gain = _shot.Gain;
                into.IntegrationCode = _shot.IntegrationCode;
                Array.Copy(counts, 0, into.Values, 0, Reading.BandCount);
            }
        }
    }
}
