using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nebula.Api.About;
using Nebula.Api.Accounts;
using Nebula.Api.ApiKeys;
using Nebula.Api.Auditing;
using Nebula.Api.Databases;
using Nebula.Api.Databases.Backups;
using Nebula.Api.Databases.Branches;
using Nebula.Api.Databases.Files;
using Nebula.Api.Health;
using Nebula.Api.Quotas;
using Nebula.Api.Records.Imports;
using Nebula.Api.SignIn;
using Nebula.Api.Tables;

namespace Nebula.Api.Http;

/// <summary>The answers of the API, compiled ahead of time. The names of the fields stand on the contracts themselves.</summary>
[JsonSerializable(typeof(AccountUpdatedAnswer))]
[JsonSerializable(typeof(ApiKeyCreatedAnswer))]
[JsonSerializable(typeof(ApiKeyListAnswer))]
[JsonSerializable(typeof(ApiKeyView))]
[JsonSerializable(typeof(AuditAnswer))]
[JsonSerializable(typeof(BranchView))]
[JsonSerializable(typeof(DatabaseBackupListAnswer))]
[JsonSerializable(typeof(DatabaseBackupView))]
[JsonSerializable(typeof(DatabaseCreatedAnswer))]
[JsonSerializable(typeof(DatabaseImportedAnswer))]
[JsonSerializable(typeof(DatabaseInformation))]
[JsonSerializable(typeof(DatabaseListAnswer))]
[JsonSerializable(typeof(DatabaseRestoredAnswer))]
[JsonSerializable(typeof(DefaultKeyAnswer))]
[JsonSerializable(typeof(DefaultKeyCreatedAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(KeyHealthAnswer))]
[JsonSerializable(typeof(AccountHealthAnswer))]
[JsonSerializable(typeof(ImportAnswer))]
[JsonSerializable(typeof(LoginAnswer))]
[JsonSerializable(typeof(MessageAnswer))]
[JsonSerializable(typeof(ReadyAnswer))]
[JsonSerializable(typeof(SignUpAnswer))]
[JsonSerializable(typeof(TableAlteredAnswer))]
[JsonSerializable(typeof(TableCreatedAnswer))]
[JsonSerializable(typeof(TableListAnswer))]
[JsonSerializable(typeof(TableSchemaAnswer))]
[JsonSerializable(typeof(UsageAnswer))]
[JsonSerializable(typeof(UserView))]
[JsonSerializable(typeof(VersionAnswer))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>With text as it is: answers are never pasted into a page, and <c>nosniff</c> says that they are none.</summary>
    public static ApiJson Plain { get; } = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
