using System;

namespace nanoFramework.TestFramework
{
    /// <summary>Marks a class of tests; FirmwareTest of the virtual board finds and runs them.</summary>
    public class TestClassAttribute : Attribute
    {
        public virtual TestMethodAttribute GetTestMethodAttribute(TestMethodAttribute testMethodAttribute) => testMethodAttribute;
    }

    public class TestMethodAttribute : Attribute
    {
    }

    /// <summary>Runs before each of the host's tests; on the device once before all of a class, so it must leave nothing to chance.</summary>
    public class SetupAttribute : Attribute
    {
    }

    public class CleanupAttribute : Attribute
    {
    }

    /// <summary>One set of arguments for a test method.</summary>
    [AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
    public class DataRowAttribute : Attribute
    {
        public DataRowAttribute(params object[] methodParameters) => MethodParameters = methodParameters;

        public object[] MethodParameters { get; }
    }

    public class SkipTestException : Exception
    {
        public SkipTestException(string message = null, Exception innerException = null) : base(message, innerException)
        {
        }
    }
}

namespace TestFrameworkShared
{
    public class AssertFailedException : Exception
    {
        public AssertFailedException()
        {
        }

        public AssertFailedException(string msg) : base(msg)
        {
        }

        public AssertFailedException(string msg, Exception ex) : base(msg, ex)
        {
        }
    }
}
