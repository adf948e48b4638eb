using FourPerMille.Sensor.NanoReferences;

namespace FourPerMille.Sensor.Unit.Boards
{
    public sealed class DeviceRuleTests
    {
        static readonly IReadOnlyList<Violation> Found =
            DeviceRules.Check(typeof(DeviceRuleTests).Assembly.Location, type => type.StartsWith("FourPerMille.Sensor.Unit.Boards.Forbidden"));

        [Fact]
        public void The_firmware_breaks_none_of_the_devices_rules() =>
            Assert.Empty(DeviceRules.Check(Firmware.HostedNodeFile));

        [Theory]
        [InlineData("OwnGeneric`1", "generics")]
        [InlineData("Everything.GenericMethod", "generics")]
        [InlineData("Everything.UsesGenericDelegate", "generics")]
        [InlineData("Everything._rectangle", "rectangular")]
        [InlineData("Everything.MakesRectangle", "rectangular")]
        [InlineData("Everything.AllocatesOnStack", "stack allocation")]
        [InlineData("Everything.UsesPointer", "pointers")]
        [InlineData("IHasBody.Default", "body")]
        [InlineData("Everything.s_count", "mutable static")]
        public void Each_rule_names_member_reason_and_file(string member, string reason)
        {
            var violation = Assert.Single(Found, v => v.Member.EndsWith(member) && v.Reason.Contains(reason));

            Assert.EndsWith("DeviceRuleTests.cs", violation.File);
            Assert.True(violation.Line > 0);
        }

        [Fact]
        public void What_the_device_can_do_is_not_reported()
        {
            Assert.DoesNotContain(Found, v => v.Member.Contains("Allowed"));
        }
    }
}

namespace FourPerMille.Sensor.Unit.Boards.Forbidden
{
    sealed class OwnGeneric<T>
    {
        public T? Value { get; set; }
    }

    interface IHasBody
    {
        int Default() => 1;
    }

    sealed unsafe class Everything
    {
        static int s_count;
        readonly int[,]? _rectangle = null;

        public static T GenericMethod<T>(T value) => value;
        public static int UsesGenericDelegate(Func<int> give) => give() + s_count++;
        public static object MakesRectangle() => new int[2, 2];

        public static int AllocatesOnStack(int n)
        {
            Span<byte> bytes = stackalloc byte[n];
            return bytes.Length;
        }

        public static int UsesPointer(int* value) => *value;

        public int Rank => _rectangle?.Rank ?? 0;
    }

    sealed class Allowed
    {
        static readonly int[] Table = [1, 2, 3];
        const int Constant = 4;

        public static int Sum(string key)
        {
            EventHandler handler = (_, _) => { };
            handler(key, EventArgs.Empty);
            return Table[0] + Constant;
        }
    }
}
