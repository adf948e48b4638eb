namespace System.IO;

public class IOException : SystemException
{
    public IOException() { }
    public IOException(string message) : base(message) { }
    public IOException(string message, Exception innerException) : base(message, innerException) { }
    public IOException(string message, int hresult) : base(message) => HResult = hresult;

    public IOExceptionErrorCode ErrorCode => (IOExceptionErrorCode)HResult;

    public enum IOExceptionErrorCode
    {
        Others = -536870912,
        InvalidDriver = -520093696,
        FileNotFound = -503316480,
        DirectoryNotFound = -486539264,
        VolumeNotFound = -469762048,
        PathTooLong = -452984832,
        DirectoryNotEmpty = -436207616,
        UnauthorizedAccess = -419430400,
        PathAlreadyExists = -402653184,
        TooManyOpenHandles = -385875968,
    }

    /// <summary>Runs an operation of the disk and gives its refusals the device's form.</summary>
    internal static T Device<T>(Func<FlashDisk, T> operation)
    {
        try
        {
            return operation(Board.Awake.Disk);
        }
        catch (DiskException e)
        {
            throw new IOException(e.Message, (int)(e.Error switch
            {
                DiskError.FileNotFound => IOExceptionErrorCode.FileNotFound,
                DiskError.DirectoryNotFound => IOExceptionErrorCode.DirectoryNotFound,
                DiskError.DirectoryNotEmpty => IOExceptionErrorCode.DirectoryNotEmpty,
                DiskError.PathAlreadyExists => IOExceptionErrorCode.PathAlreadyExists,
                DiskError.VolumeNotFound => IOExceptionErrorCode.VolumeNotFound,
                _ => IOExceptionErrorCode.Others,
            }));
        }
    }

    internal static void Device(Action<FlashDisk> operation) => Device(disk =>
    {
        operation(disk);
        return 0;
    });
}
