using Nebula.Core.Accounts;
using Nebula.Core.Background;
using Nebula.Core.Databases;

namespace Nebula.Core.Backups;

/// <summary>A backup that an owner asked for and that takes long: being made, made, or failed.</summary>
public sealed record BackupUnderWay(BackupId Id, UserId Owner, DatabaseId Database, WorkStatus Status);
