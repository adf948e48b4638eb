using System;
using System.Diagnostics;
using System.Text;
using System.Threading;
using nanoFramework.Hardware.Esp32;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Exceptions;
using nanoFramework.M2Mqtt.Messages;
using nanoFramework.Networking;

namespace FourPerMille.Sensor.BoardFirmware
{
    /// <summary>Joins, connects with a will, subscribes, publishes, waits for the echo, and sleeps without a goodbye.</summary>
    public static class SpeaksMqtt
    {
        public static void Main()
        {
            CancellationTokenSource patience = new CancellationTokenSource(20000);
            if (!WifiNetworkHelper.Reconnect(false, 0, patience.Token))
            {
                Debug.WriteLine("no network, up " + Environment.TickCount64);
                return;
            }

            AutoResetEvent subscribed = new AutoResetEvent(false), echoed = new AutoResetEvent(false);
            AutoResetEvent published = new AutoResetEvent(false);
            MqttClient client = new MqttClient("gateway.local");
            client.MqttMsgSubscribed += (sender, e) => { subscribed.Set(); };
            client.MqttMsgPublished += (sender, e) => { Debug.WriteLine("published " + e.IsPublished); published.Set(); };
            client.MqttMsgPublishReceived += (sender, e) => { Debug.WriteLine("echo " + Encoding.UTF8.GetString(e.Message, 0, e.Message.Length)); echoed.Set(); };
            client.ConnectionClosed += (sender, e) => { Debug.WriteLine("closed"); };
            try
            {
                MqttReasonCode answer = client.Connect("n1", "n1", "secret", true, MqttQoSLevel.AtLeastOnce, true, "state", "offline", true, 60);
                Debug.WriteLine("connected " + (int)answer);
                if (answer != MqttReasonCode.Success)
                {
                    return;
                }

                client.Subscribe(new string[] { "echo" }, new MqttQoSLevel[] { MqttQoSLevel.AtLeastOnce });
                Debug.WriteLine("subscribed " + subscribed.WaitOne(5000, false));
                client.Publish("echo", Encoding.UTF8.GetBytes("hello"), null, null, MqttQoSLevel.AtLeastOnce, false);
                Debug.WriteLine("taken " + published.WaitOne(10000, false));
                Debug.WriteLine("heard " + echoed.WaitOne(10000, false) + ", still connected " + client.IsConnected);
            }
            catch (MqttConnectionException)
            {
                Debug.WriteLine("nobody listens");
            }
            catch (MqttCommunicationException)
            {
                Debug.WriteLine("no answer");
            }

            Sleep.EnableWakeupByTimer(TimeSpan.FromMinutes(10));
            Sleep.StartDeepSleep();
        }
    }

    public static class AsksTheTime
    {
        public static void Main()
        {
            WifiNetworkHelper.Reconnect();
            Sntp.Server1 = "gateway.local";
            Sntp.UpdateNow();
            Debug.WriteLine(DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm"));
        }
    }
}
