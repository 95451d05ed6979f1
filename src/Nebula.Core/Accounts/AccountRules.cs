namespace Nebula.Core.Accounts;

/// <summary>What an e-mail address, a user name and a password must look like.</summary>
internal static class AccountRules
{
    public const int MinUsername = 6;
    public const int MaxUsername = 128;
    public const int MinPassword = 8;

    /// <summary>Bounds the work of one hash; far above any pass phrase.</summary>
    public const int MaxPassword = 1024;

    /// <summary>RFC 5321: a path is at most 256 octets with its brackets.</summary>
    public const int MaxEmail = 254;

    public static void CheckEmail(string? email, List<FieldError> faults)
    {
        if (string.IsNullOrWhiteSpace(email))
            faults.Add(new("email", FieldCodes.Required, "is required"));
        else if (email.Length > MaxEmail)
            faults.Add(new("email", FieldCodes.TooLong, $"has {email.Length} characters, at most {MaxEmail} are allowed"));
        else if (!IsEmail(email))
            faults.Add(new("email", FieldCodes.Invalid, "is not an e-mail address"));
    }

    public static void CheckUsername(string? username, List<FieldError> faults)
    {
        if (string.IsNullOrWhiteSpace(username))
            faults.Add(new("username", FieldCodes.Required, "is required"));
        else if (CodePoints(username) < MinUsername)
            faults.Add(new("username", FieldCodes.TooShort, $"needs at least {MinUsername} characters"));
        else if (CodePoints(username) > MaxUsername)
            faults.Add(new("username", FieldCodes.TooLong, $"may have at most {MaxUsername} characters"));
        else if (username.Any(char.IsControl))
            faults.Add(new("username", FieldCodes.Invalid, "may not hold control characters"));
    }

    public static void CheckPassword(string? password, List<FieldError> faults, string field = "password")
    {
        if (string.IsNullOrEmpty(password))
            faults.Add(new(field, FieldCodes.Required, "is required"));
        else if (CodePoints(password) < MinPassword)
            faults.Add(new(field, FieldCodes.TooShort, $"needs at least {MinPassword} characters"));
        else if (password.Length > MaxPassword)
            faults.Add(new(field, FieldCodes.TooLong, $"may have at most {MaxPassword} characters"));
    }

    /// <summary>Only what no mail server accepts is refused: the one real test of an address is a mail to it.</summary>
    private static bool IsEmail(string email)
    {
        var at = email.LastIndexOf('@');
        return at > 0 && at < email.Length - 1 && !email.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '<' or '>' or ',');
    }

    private static int CodePoints(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
            count++;
        return count;
    }
}
