using Microsoft.Extensions.Logging;

namespace Casella.Core.Messages;

/// <summary>Room on the disk below which nothing new is taken.</summary>
public sealed record DiskFloor(long Bytes = 0);

/// <summary>How much room the disk with the data has for us, in bytes.</summary>
public interface IFreeDisk
{
    /// <exception cref="IOException">Nobody can say.</exception>
    long Bytes { get; }
}

/// <param name="folder">Any folder on that disk; it may be made later.</param>
internal sealed class DriveFreeDisk(string folder) : IFreeDisk
{
    public long Bytes
    {
        get
        {
            var there = Path.GetFullPath(folder);
            while (!System.IO.Directory.Exists(there))
                there = Path.GetDirectoryName(there)!;
            return new DriveInfo(there).AvailableFreeSpace;
        }
    }
}

/// <summary>
/// Keeps the last of the disk: below the floor no new mail is taken, so that what was taken can still be read, moved and
/// deleted, and the store never meets a full disk in the middle of its work. Asked before mail is taken (RCPT, APPEND,
/// submission, imports).
/// </summary>
public sealed class DiskRoom
{
    private readonly IFreeDisk _disk;
    private readonly DiskFloor _floor;
    private readonly ILogger<DiskRoom> _log;
    private int _isShort;

    internal DiskRoom(IFreeDisk disk, DiskFloor floor, ILogger<DiskRoom> log) => (_disk, _floor, _log) = (disk, floor, log);

    /// <exception cref="MailException">DiskFull.</exception>
    public void Check()
    {
        if (_floor.Bytes == 0)
            return;
        var free = Free();
        var isShort = free < _floor.Bytes;
        // Told once when it begins and once when it ends, not for every message.
        if (Interlocked.Exchange(ref _isShort, isShort ? 1 : 0) != (isShort ? 1 : 0))
            Tell(isShort, free);
        if (isShort)
            throw new MailException(MailError.DiskFull, $"{free} bytes free");
    }

    private void Tell(bool isShort, long free)
    {
        if (isShort)
            Log.DiskIsFull(_log, free, _floor.Bytes);
        else
            Log.DiskHasRoom(_log);
    }

    /// <summary>A disk that does not say how full it is may still take mail: the store will tell.</summary>
    private long Free()
    {
        try
        {
            return _disk.Bytes;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return long.MaxValue;
        }
    }
}
