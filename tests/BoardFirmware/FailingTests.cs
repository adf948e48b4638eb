using nanoFramework.TestFramework;

namespace FourPerMille.Sensor.BoardFirmware
{
    /// <summary>A test that fails, so that one can see it fail.</summary>
    [TestClass]
    public class FailingTests
    {
        [TestMethod]
        public void Fails()
        {
            Assert.AreEqual(2, 1, "one is not two");
        }
    }
}
