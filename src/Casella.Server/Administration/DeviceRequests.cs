using Casella.Core.Directory;

namespace Casella.Server.Administration;

/// <param name="Login">Whose it is.</param>
/// <param name="Certificate">In PEM form; null for a device with a password.</param>
internal sealed record AddDevice(string Address, string Login, string Name, DeviceProtocols Protocols, string? Certificate = null)
    : AdminRequest<AddedDeviceView>
{
    protected override async Task<AddedDeviceView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var device = new DeviceToAdd(Address, Login, Name, Protocols);
        if (Certificate is { } pem)
        {
            var info = await context.Office.People.AddDeviceWithCertificateAsync(device, ClientCertificate.Read(pem), cancellationToken);
            return new AddedDeviceView(DeviceView.Of(info), Password: null);
        }

        var added = await context.Office.People.AddDeviceAsync(device, cancellationToken);
        return new AddedDeviceView(DeviceView.Of(added.Device), added.Password);
    }
}

internal sealed record ListDevices(string Address) : AdminRequest<IReadOnlyList<DeviceView>>
{
    protected override async Task<IReadOnlyList<DeviceView>> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        [.. (await context.Devices.ListAsync(Address, cancellationToken)).Select(DeviceView.Of)];
}

/// <param name="Device">Its name or number.</param>
internal sealed record RevokeDevice(string Address, string Device) : AdminRequest<RevokedDeviceView>
{
    protected override async Task<RevokedDeviceView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var revoked = await context.Office.People.RevokeDeviceAsync(Address, Device, cancellationToken);
        return new RevokedDeviceView(DeviceView.Of(revoked.Device), revoked.Sessions);
    }
}
