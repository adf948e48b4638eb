using System;
using System.Diagnostics;
using System.IO;
using nanoFramework.Hardware.Esp32;

namespace FourPerMille.Sensor.BoardFirmware
{
    /// <summary>Appends one line to each of two files a wake, closing the first before it opens the second.</summary>
    public static class AppendsToTwoFiles
    {
        public static void Main()
        {
            Append("I:\\first.txt");
            Append("I:\\second.txt");
            Sleep.EnableWakeupByTimer(TimeSpan.FromMinutes(10));
            Sleep.StartDeepSleep();
        }

        private static void Append(string path)
        {
            using (FileStream file = new FileStream(path, FileMode.Append))
            {
                file.Write(new byte[] { (byte)'a', (byte)'b' }, 0, 2);
                file.Write(new byte[] { (byte)'c', (byte)'\n' }, 0, 2);
            }
        }
    }

    /// <summary>Writes, flushes and sleeps without closing.</summary>
    public static class SleepsWithoutClosing
    {
        public static void Main()
        {
            FileStream file = new FileStream("I:\\open.txt", FileMode.Create);
            file.Write(new byte[] { 1, 2, 3 }, 0, 3);
            file.Flush();
            Sleep.StartDeepSleep();
        }
    }

    /// <summary>Tries to write from a catch and a finally after its wake is over.</summary>
    public static class ClingsToLife
    {
        public static void Main()
        {
            try
            {
                Sleep.StartDeepSleep();
            }
            catch (Exception)
            {
                File.WriteAllText("I:\\catch.txt", "alive");
            }
            finally
            {
                File.WriteAllText("I:\\finally.txt", "alive");
            }
        }
    }

    public static class UsesDirectories
    {
        public static void Main()
        {
            Directory.CreateDirectory("I:\\log");
            File.WriteAllText("I:\\log\\a.txt", "one");
            File.WriteAllText("I:\\log\\b.txt", "two\r\nthree");
            File.Move("I:\\log\\a.txt", "I:\\log\\c.txt");
            foreach (string path in Directory.GetFiles("I:\\log"))
            {
                Debug.WriteLine(path + " " + new FileInfo(path).Length);
            }

            using (StreamReader reader = new StreamReader(File.OpenRead("I:\\log\\b.txt")))
            {
                for (string line = reader.ReadLine(); line != null; line = reader.ReadLine())
                {
                    Debug.WriteLine(line);
                }
            }

            try
            {
                File.Move("I:\\log\\b.txt", "I:\\log\\c.txt");
            }
            catch (IOException e)
            {
                Debug.WriteLine("move " + (int)e.ErrorCode);
            }

            try
            {
                File.ReadAllText("I:\\nothing");
            }
            catch (IOException e)
            {
                Debug.WriteLine("read " + (int)e.ErrorCode);
            }
        }
    }

    public static class FillsTheDisk
    {
        public static void Main()
        {
            byte[] block = new byte[1000];
            try
            {
                using (FileStream file = new FileStream("I:\\big", FileMode.Append))
                {
                    while (true)
                    {
                        file.Write(block, 0, block.Length);
                    }
                }
            }
            catch (IOException)
            {
                Debug.WriteLine("full");
            }
        }
    }
}
