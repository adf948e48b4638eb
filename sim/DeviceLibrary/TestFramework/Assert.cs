using System;
using TestFrameworkShared;

namespace nanoFramework.TestFramework
{
    /// <summary>The checks of the device's test framework, as far as the firmware's own tests use them (Parts.txt names those).</summary>
    public sealed class Assert
    {
        private Assert()
        {
        }

        public static void AreEqual(bool expected, bool actual, string message = "") => Same(expected, actual, message);
        public static void AreEqual(byte expected, byte actual, string message = "") => Same(expected, actual, message);
        public static void AreEqual(char expected, char actual, string message = "") => Same(expected, actual, message);
        public static void AreEqual(DateTime expected, DateTime actual, string message = "") => Same(expected, actual, message);
        public static void AreEqual(double expected, double actual, string message = "") => Same(expected, actual, message);
        public static void AreEqual(short expected, short actual, string message = "") => Same(expected, actual, message);
        public static void AreEqual(int expected, int actual, string message = "") => Same(expected, actual, message);
        public static void AreEqual(long expected, long actual, string message = "") => Same(expected, actual, message);
        public static void AreEqual(object expected, object actual, string message = "") => Same(expected, actual, message);
        public static void AreEqual(sbyte expected, sbyte actual, string message = "") => Same(expected, actual, message);
        public static void AreEqual(float expected, float actual, string message = "") => Same(expected, actual, message);
        public static void AreEqual(string expected, string actual, string message = "") => Same(expected, actual, message);
        public static void AreEqual(ushort expected, ushort actual, string message = "") => Same(expected, actual, message);
        public static void AreEqual(uint expected, uint actual, string message = "") => Same(expected, actual, message);
        public static void AreEqual(ulong expected, ulong actual, string message = "") => Same(expected, actual, message);

        public static void IsTrue(bool condition, string message = "") => Hold(condition, "expected true", message);
        public static void IsFalse(bool condition, string message = "") => Hold(!condition, "expected false", message);
        public static void IsNull(object value, string message = "") => Hold(value is null, $"expected null, got {value}", message);
        public static void IsNotNull(object value, string message = "") => Hold(value is not null, "expected something, got null", message);

        public static void SkipTest(string message = null) => throw new SkipTestException(message);

        private static void Same(object expected, object actual, string message) =>
            Hold(Equals(expected, actual), $"expected {expected ?? "null"}, got {actual ?? "null"}", message);

        private static void Hold(bool condition, string what, string message)
        {
            if (!condition) throw new AssertFailedException(string.IsNullOrEmpty(message) ? what : $"{what}: {message}");
        }
    }
}
