namespace Nebula.Api.Authentication;

/// <summary>Who may call an endpoint; the pipeline reads it before the endpoint runs. An endpoint that says nothing is for accounts only.</summary>
internal enum Access
{
    /// <summary>An account. What a missing mark means: deny by default.</summary>
    Account,

    /// <summary>An account or an API key.</summary>
    AccountOrKey,

    /// <summary>Anybody. The Authorization header is not looked at: old clients send it everywhere.</summary>
    Anyone,
}
