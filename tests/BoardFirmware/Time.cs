using System;
using System.Diagnostics;
using System.Threading;
using nanoFramework.Hardware.Esp32;
using nanoFramework.Runtime.Native;

namespace FourPerMille.Sensor.BoardFirmware
{
    /// <summary>Says what time it believes, sleeps an hour awake, says it again, and goes to sleep for a day.</summary>
    public static class TellsTheTime
    {
        public static void Main()
        {
            Debug.WriteLine("cause " + (int)Sleep.GetWakeupCause());
            Debug.WriteLine(DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss"));
            Thread.Sleep(3600000);
            Debug.WriteLine(DateTime.UtcNow.ToString());
            Debug.WriteLine("up " + Environment.TickCount64);
            Sleep.EnableWakeupByTimer(TimeSpan.FromDays(1));
            Sleep.StartDeepSleep();
        }
    }

    public static class SetsTheClock
    {
        public static void Main()
        {
            Debug.WriteLine("set " + Rtc.SetSystemTime(new DateTime(2026, 5, 4, 3, 2, 1)));
            Sleep.EnableWakeupByTimer(new TimeSpan(1, 0, 0));
            Sleep.StartDeepSleep();
        }
    }

    /// <summary>A periodic timer ticks while Main waits for an event that a one-shot timer sets.</summary>
    public static class WaitsForTimers
    {
        public static void Main()
        {
            int ticks = 0;
            ManualResetEvent done = new ManualResetEvent(false);
            Timer periodic = new Timer(state => ticks++, null, 1000, 1000);
            Timer once = new Timer(state => ((ManualResetEvent)state).Set(), done, 5500, Timeout.Infinite);
            Debug.WriteLine("early " + done.WaitOne(3000, false) + " " + ticks);
            Debug.WriteLine("late " + done.WaitOne(10000, false) + " " + ticks);
            periodic.Dispose();
            Thread.Sleep(10000);
            Debug.WriteLine("after " + ticks + " up " + Environment.TickCount64);
            once.Dispose();
        }
    }

    public static class CancelsItself
    {
        public static void Main()
        {
            CancellationTokenSource source = new CancellationTokenSource(2000);
            WaitHandle[] handles = new WaitHandle[] { new AutoResetEvent(false), source.Token.WaitHandle };
            Debug.WriteLine("index " + WaitHandle.WaitAny(handles) + " up " + Environment.TickCount64);
        }
    }

    public static class WaitsForEver
    {
        public static void Main()
        {
            try
            {
                new AutoResetEvent(false).WaitOne();
            }
            catch (Exception)
            {
                // Firmware that swallows everything does not survive the end of its wake either.
            }

            Debug.WriteLine("never printed");
        }
    }

    public static class LoopsForEver
    {
        public static void Main()
        {
            while (true)
            {
                Thread.Sleep(1000);
            }
        }
    }

    public static class Returns
    {
        public static void Main()
        {
            Debug.Write("half ");
            Debug.WriteLine("a line");
        }
    }

    public static class Throws
    {
        public static void Main()
        {
            throw new InvalidOperationException("a bug");
        }
    }

    /// <summary>Objects of the device that differ from .NET's.</summary>
    public static class DiffersFromDotNet
    {
        public static void Main()
        {
            System.Collections.Hashtable table = new System.Collections.Hashtable();
            table["a"] = 1;
            table[7] = 2;
            object key = new object();
            table[key] = 3;
            Debug.WriteLine(table["a"] + " " + table[7] + " " + (table[key] == null) + " " + table.Count);
            foreach (System.Collections.DictionaryEntry entry in table)
            {
                if (entry.Key is string)
                {
                    Debug.WriteLine(entry.Key + "=" + entry.Value);
                }
            }

            SpanByte span = new SpanByte(new byte[] { 1, 2, 3, 4 }, 1, 2);
            Debug.WriteLine(span[0] + " " + span.Length + " " + new TimeSpan(1, 2, 3, 4, 5) + " " + (TimeSpan.FromDays(2) - TimeSpan.FromHours(1)).TotalHours);
        }
    }
}
