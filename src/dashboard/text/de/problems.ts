/**
 * What the errors of the API say, by their code, or by code and reason; `{}` is the number that the sentence of the server names. What only
 * programs do wrong is not here: it is shown as the server says it.
 */
export const problems: Readonly<Record<string, string>> = {
  UNAUTHORIZED: "Melden Sie sich an.",
  "UNAUTHORIZED.session_ended": "Die Sitzung ist beendet. Melden Sie sich noch einmal an.",
  "UNAUTHORIZED.impersonation_ended": "Sie sehen nicht mehr als dieser Benutzer.",
  "UNAUTHORIZED.user_required":
    "Das können API-Schlüssel, Zugriffstoken und Apps nicht. Melden Sie sich als Benutzer an.",
  INVALID_CREDENTIALS: "E-Mail oder Passwort ist falsch.",
  "INVALID_CREDENTIALS.wrong_password": "Das Passwort ist falsch.",
  "INVALID_CREDENTIALS.wrong_or_unverified":
    "E-Mail oder Passwort ist falsch. Wenn Sie sich gerade registriert haben, folgen Sie zuerst dem Link, den wir Ihnen geschickt haben.",
  TWO_FACTOR_REQUIRED: "Geben Sie den Code Ihrer Authenticator-App oder einen Ersatzcode ein.",
  INVALID_CHALLENGE: "Das ist abgelaufen oder wurde schon abgeschlossen. Beginnen Sie noch einmal.",
  INVALID_PASSKEY: "Dieser Passkey wurde nicht angenommen. Versuchen Sie es noch einmal.",
  "INVALID_PASSKEY.unknown_passkey":
    "Dieser Passkey ist nicht registriert oder wurde entfernt. Melden Sie sich auf einem anderen Weg an.",
  "INVALID_PASSKEY.other_account": "Dieser Passkey gehört zu einem anderen Konto.",
  "INVALID_PASSKEY.used_assertion": "Das wurde schon angenommen. Verwenden Sie den Passkey noch einmal.",
  "INVALID_PASSKEY.copied_passkey":
    "Dieser Passkey wurde vielleicht kopiert. Melden Sie sich auf einem anderen Weg an, und entfernen Sie ihn.",
  INVALID_TWO_FACTOR_CODE: "Der Code ist falsch oder wurde schon verwendet.",
  TOKEN_EXPIRED: "Die Sitzung ist abgelaufen. Laden Sie die Seite neu.",
  INVALID_REFRESH_TOKEN: "Die Sitzung ist nicht mehr gültig. Melden Sie sich noch einmal an.",
  DEVICE_SIGNATURE_REQUIRED:
    "Diese Sitzung ist an ein Gerät gebunden. Versuchen Sie es noch einmal, oder melden Sie sich neu an.",
  INVALID_TOKEN:
    "Dieser Link ist nicht gültig: er wurde schon verwendet oder ersetzt, oder er ist abgelaufen. Fordern Sie einen neuen an.",
  "INVALID_TOKEN.set_up":
    "Dieser Link ist nicht gültig, oder die Installation ist schon eingerichtet. Melden Sie sich stattdessen an.",
  INVALID_SIGN_IN_CODE: "Der Code ist falsch oder abgelaufen. Fordern Sie einen neuen Link an.",
  FORBIDDEN: "Dazu fehlen Ihnen die Rechte.",
  "FORBIDDEN.origin_not_allowed":
    "Seiten von dieser Adresse dürfen den Server nicht aufrufen. Nehmen Sie sie in CORS_ORIGINS auf.",
  "FORBIDDEN.operator_required": "Das können nur Betreiber dieser Installation.",
  "FORBIDDEN.lower_role_required": "Das können Sie nur mit Mitgliedern tun, deren Rolle unter Ihrer steht.",
  "FORBIDDEN.ip_not_allowed": "Die Richtlinie dieser Organisation erlaubt keinen Zugriff von Ihrer IP-Adresse.",
  "FORBIDDEN.method_not_allowed":
    "Die Richtlinie dieser Organisation erlaubt diese Art der Anmeldung nicht. Melden Sie sich auf einem anderen Weg an.",
  "FORBIDDEN.client_not_allowed": "Die Richtlinie dieser Organisation erlaubt diese App nicht.",
  "FORBIDDEN.token_ended": "Der Zugriff dieses persönlichen Zugriffstokens auf diese Organisation wurde beendet.",
  "FORBIDDEN.token_refused": "Die Richtlinie dieser Organisation erlaubt keine persönlichen Zugriffstoken.",
  "FORBIDDEN.token_awaits_approval":
    "Dieses persönliche Zugriffstoken muss noch von einem Admin der Organisation erlaubt werden.",
  "FORBIDDEN.token_method_not_allowed":
    "Die Richtlinie dieser Organisation erlaubt die Art der Anmeldung nicht, mit der dieses persönliche Zugriffstoken angelegt wurde.",
  "FORBIDDEN.token_too_old":
    "Dieses persönliche Zugriffstoken ist älter, als die Richtlinie dieser Organisation erlaubt. Legen Sie ein neues an.",
  "FORBIDDEN.key_creation_not_allowed":
    "Die Richtlinie dieser Organisation lässt Ihre Rolle keine API-Schlüssel anlegen.",
  "FORBIDDEN.key_beyond_permissions": "Dieser API-Schlüssel hat Rechte, die Sie nicht haben.",
  "FORBIDDEN.role_beyond_permissions": "Diese Rolle hat Rechte, die Sie nicht haben.",
  "FORBIDDEN.other_email":
    "Diese Einladung ging an eine andere E-Mail-Adresse. Melden Sie sich mit dem Konto dieser Adresse an.",
  "FORBIDDEN.account_suspended": "Dieses Konto ist gesperrt. Wenden Sie sich an den Support.",
  "FORBIDDEN.provider_email_unverified":
    "Der Anbieter sagt nicht, dass Ihre E-Mail-Adresse dort bestätigt ist. Bestätigen Sie sie dort, oder registrieren Sie sich hier.",
  "FORBIDDEN.other_browser":
    "Dieser Link funktioniert in dem Browser, in dem er angefordert wurde. Öffnen Sie ihn dort, oder geben Sie dort den Code ein, der hier steht.",
  "FORBIDDEN.cross_site":
    "Eine Seite einer anderen Website kann die Sitzung dieses Browsers nicht verwenden. Ihre Adresse muss die von PUBLIC_URL sein oder in CORS_ORIGINS stehen.",
  IMPERSONATION_READ_ONLY: "Sie sehen alles als ein anderer Benutzer und können nur lesen. Nichts wurde geändert.",
  TWO_FACTOR_SETUP_REQUIRED: "Schalten Sie zuerst die Zwei-Faktor-Authentisierung ein.",
  "TWO_FACTOR_SETUP_REQUIRED.policy":
    "Diese Organisation verlangt Zwei-Faktor-Authentisierung. Schalten Sie sie zuerst ein, oder melden Sie sich mit einem Passkey an.",
  ORGANIZATION_SUSPENDED: "Diese Organisation ist gesperrt. Wenden Sie sich an den Support.",
  EMAIL_NOT_VERIFIED: "Bestätigen Sie zuerst Ihre E-Mail-Adresse: folgen Sie dem Link, den wir Ihnen geschickt haben.",
  REAUTHENTICATION_REQUIRED:
    "Bestätigen Sie, dass Sie es sind: mit Ihrem Passwort, oder melden Sie sich noch einmal an.",
  "REAUTHENTICATION_REQUIRED.session_too_old":
    "Diese Organisation verlangt, dass Sie sich vor Kurzem angemeldet haben. Bestätigen Sie, dass Sie es sind, oder melden Sie sich noch einmal an.",
  "REAUTHENTICATION_REQUIRED.second_factor": "Melden Sie sich noch einmal mit Ihrem zweiten Faktor an.",
  "REAUTHENTICATION_REQUIRED.account_of_link":
    "Melden Sie sich mit dem Konto an, an das diese E-Mail ging, oder geben Sie dessen Passwort ein.",
  PLAN_LIMIT_REACHED: "Ein Limit Ihres Tarifs ist erreicht.",
  "PLAN_LIMIT_REACHED.personal_tokens":
    "Sie können höchstens {} persönliche Zugriffstoken haben. Widerrufen Sie zuerst eines.",
  "PLAN_LIMIT_REACHED.api_keys":
    "Ihr Tarif erlaubt {} aktive API-Schlüssel, und so viele gibt es. Widerrufen Sie einen, oder wechseln Sie den Tarif.",
  "PLAN_LIMIT_REACHED.unended_api_keys":
    "Ihre Organisation hat {} API-Schlüssel, die nicht beendet sind, auch abgeschaltete. Widerrufen Sie die, die Sie nicht brauchen.",
  "PLAN_LIMIT_REACHED.members":
    "Ihr Tarif erlaubt {} Mitglieder, offene Einladungen eingeschlossen, und so viele gibt es.",
  "PLAN_LIMIT_REACHED.no_free_seat":
    "Der Tarif dieser Organisation hat keinen freien Platz. Bitten Sie ihren Inhaber, den Tarif zu wechseln oder ein Mitglied zu entfernen.",
  "PLAN_LIMIT_REACHED.webhooks":
    "Ihr Tarif erlaubt {} Webhooks, und so viele gibt es. Löschen Sie einen, oder wechseln Sie den Tarif.",
  "PLAN_LIMIT_REACHED.roles": "Eine Organisation kann höchstens {} eigene Rollen haben.",
  "PLAN_LIMIT_REACHED.apps":
    "Hier können höchstens {} Apps registriert werden. Löschen Sie eine, die Sie nicht brauchen.",
  "PLAN_LIMIT_REACHED.organizations":
    "Sie können zu höchstens {} Organisationen gehören, gelöschte eingeschlossen, die noch wiederhergestellt werden können.",
  NOT_FOUND: "Das gibt es nicht, oder Sie haben keinen Zugriff darauf.",
  "NOT_FOUND.invitation":
    "Das ist nicht der Link einer Einladung. Kopieren Sie ihn noch einmal aus der E-Mail, oder bitten Sie um eine neue.",
  CONFLICT: "Das passt nicht zu dem, was es schon gibt.",
  "CONFLICT.already_verified": "Diese E-Mail-Adresse ist schon bestätigt. Sie können sich anmelden.",
  "CONFLICT.email_taken": "Es gibt schon ein Konto mit dieser E-Mail-Adresse.",
  "CONFLICT.password_changed":
    "Das Passwort wurde im selben Moment geändert. Versuchen Sie es mit dem jetzigen noch einmal.",
  "CONFLICT.owns_organizations":
    "Ihnen gehört eine Organisation mit weiteren Mitgliedern. Übertragen oder löschen Sie sie zuerst.",
  "CONFLICT.memberships_changed":
    "Ihre Mitgliedschaften haben sich im selben Moment geändert. Versuchen Sie es noch einmal.",
  "CONFLICT.own_account": "Ihr eigenes Konto können Sie nicht sperren.",
  "CONFLICT.operator_account":
    "Dieser Benutzer ist auch Betreiber. Kein Betreiber kann das Dashboard als ein anderer ansehen.",
  "CONFLICT.sign_in_to_link":
    "Es gibt schon ein Konto mit dieser E-Mail-Adresse. Melden Sie sich damit an wie bisher, und verknüpfen Sie dieses dort.",
  "CONFLICT.identity_taken": "Mit diesem Konto meldet sich schon jemand an.",
  "CONFLICT.too_many_identities": "Sie können höchstens {} Konten verknüpfen. Lösen Sie zuerst eines.",
  "CONFLICT.passkey_exists": "Dieser Passkey ist schon registriert.",
  "CONFLICT.too_many_passkeys": "Sie können höchstens {} Passkeys haben. Entfernen Sie zuerst einen.",
  "CONFLICT.last_way_in": "Anders können Sie sich nicht anmelden. Fügen Sie zuerst einen weiteren Weg hinzu.",
  "CONFLICT.two_factor_on": "Die Zwei-Faktor-Authentisierung ist schon eingeschaltet. Schalten Sie sie zuerst aus.",
  "CONFLICT.slug_taken": "Dieses Kürzel ist vergeben. Wählen Sie ein anderes.",
  "CONFLICT.owner_cannot_leave": "Übertragen Sie die Organisation, bevor Sie sie verlassen.",
  "CONFLICT.access_remains":
    "Wer dadurch Rechte verliert, kennt API-Schlüssel anderer oder hat Trusts oder Webhooks eingerichtet. Entscheiden Sie, ob das enden soll.",
  "CONFLICT.role_taken": "Es gibt schon eine Rolle mit diesem Namen.",
  "CONFLICT.role_in_use": "Mitglieder haben diese Rolle. Geben Sie ihnen zuerst eine andere.",
  "CONFLICT.role_invited": "Offene Einladungen geben diese Rolle. Ziehen Sie sie zuerst zurück.",
  "CONFLICT.role_in_policy":
    "Die Richtlinie der Organisation nennt diese Rolle bei denen, die Schlüssel anlegen. Entfernen Sie sie zuerst dort.",
  "CONFLICT.role_built_in": "Eine eingebaute Rolle kann nicht geändert werden.",
  "CONFLICT.transfer_pending": "Es gibt schon ein Angebot zur Übertragung. Ziehen Sie es zuerst zurück.",
  "CONFLICT.already_member": "Sie sind schon Mitglied dieser Organisation.",
  "CONFLICT.member_exists": "Diese Person ist schon Mitglied.",
  "CONFLICT.invitation_pending":
    "An diese E-Mail-Adresse ging schon eine Einladung, die noch offen ist. Senden Sie sie noch einmal.",
  "CONFLICT.role_deleted":
    "Die Rolle, die diese Einladung gibt, wurde gelöscht. Ziehen Sie sie zurück, und laden Sie mit einer anderen Rolle ein.",
  "CONFLICT.invitation_closed":
    "Diese Einladung wurde schon angenommen, abgelehnt oder zurückgezogen. Bitten Sie um eine neue.",
  "CONFLICT.invitation_expired": "Diese Einladung ist abgelaufen. Bitten Sie um eine neue.",
  "CONFLICT.invitation_replaced":
    "Dieser Link wurde durch einen späteren ersetzt, oder es gibt die Organisation nicht mehr. Verwenden Sie die neueste E-Mail.",
  "CONFLICT.inviter_lost_permission":
    "Wer Sie eingeladen hat, kann das nicht mehr tun. Bitten Sie um eine neue Einladung.",
  "CONFLICT.backups_off":
    "BACKUP_DIR ist nicht gesetzt, es gibt also keinen Ordner für Sicherungen. Setzen Sie es, und starten Sie neu.",
  "CONFLICT.backup_under_way": "Es wird bereits eine Sicherung gemacht. Warten Sie, bis sie fertig ist.",
  "CONFLICT.policy_changed":
    "Jemand anderes hat die Richtlinie inzwischen geändert. Sehen Sie sie sich noch einmal an, und ändern Sie sie dann.",
  "CONFLICT.consent_changed":
    "Was die App will oder was Sie dürfen, hat sich geändert. Sehen Sie es sich noch einmal an.",
  "CONFLICT.token_ended":
    "Dieses persönliche Zugriffstoken ist widerrufen oder endgültig abgelaufen. Legen Sie ein neues an.",
  "CONFLICT.token_rotated": "Dieses persönliche Zugriffstoken wurde schon ersetzt. Ersetzen Sie seinen Nachfolger.",
  "CONFLICT.token_access_ended":
    "Der Zugriff dieses Tokens auf diese Organisation wurde beendet. Sein Benutzer kann ein neues anlegen.",
  "CONFLICT.key_ended": "Dieser API-Schlüssel ist widerrufen oder endgültig abgelaufen. Legen Sie einen neuen an.",
  "CONFLICT.key_disabled": "Dieser API-Schlüssel ist abgeschaltet. Schalten Sie ihn zuerst ein.",
  "CONFLICT.key_rotated": "Dieser API-Schlüssel wurde schon ersetzt. Ersetzen Sie seinen Nachfolger.",
  "CONFLICT.key_predecessor_works":
    "Der Vorgänger dieses API-Schlüssels funktioniert noch. Widerrufen Sie ihn, oder warten Sie, bis er endet.",
  "CONFLICT.key_organization_deleted": "Diese Organisation wurde gelöscht.",
  "CONFLICT.key_organization_suspended": "Diese Organisation ist gesperrt. Wenden Sie sich an den Support.",
  "CONFLICT.key_creator_left":
    "Das Mitglied, dem dieser API-Schlüssel gehört, ist nicht mehr da. Übergeben Sie ihn zuerst einem anderen.",
  "CONFLICT.key_creator_suspended":
    "Das Konto des Mitglieds, dem dieser API-Schlüssel gehört, ist gesperrt. Übergeben Sie ihn zuerst einem anderen.",
  "CONFLICT.key_creator_without_two_factor":
    "Das Mitglied, dem dieser API-Schlüssel gehört, muss zuerst die Zwei-Faktor-Authentisierung einschalten. Oder übergeben Sie ihn einem anderen.",
  "CONFLICT.key_environment_not_accepted": "Diese Installation nimmt keine Schlüssel dieser Umgebung an.",
  "CONFLICT.webhook_disabled": "Dieser Webhook ist abgeschaltet. Schalten Sie ihn zuerst ein.",
  "CONFLICT.too_many_trusts": "Ein API-Schlüssel kann höchstens {} Trusts haben.",
  "CONFLICT.response_unreadable":
    "Das wurde schon getan, aber die Antwort lässt sich nicht mehr lesen. Sehen Sie nach, was dabei entstand.",
  "CONFLICT.request_in_progress": "Das wird gerade getan. Versuchen Sie es gleich noch einmal.",
  INVALID_REQUEST: "Die Anfrage der App ist nicht gültig.",
  "INVALID_REQUEST.redirect_uri": "Die redirect_uri ist keine, die diese App registriert hat.",
  "INVALID_REQUEST.expired":
    "Diese Anfrage ist abgelaufen oder wurde schon beantwortet. Beginnen Sie in der App noch einmal.",
  INVALID_CLIENT: "Diese App ist nicht bekannt.",
  "INVALID_CLIENT.blocked": "Ein Betreiber dieser Installation hat diese App gesperrt.",
  "INVALID_CLIENT.document_unavailable": "Das Dokument, das diese App beschreibt, war nicht zu lesen.",
  "INVALID_CLIENT.document_invalid": "Das Dokument, das diese App beschreibt, ist nicht gültig.",
  "INVALID_CLIENT.document_not_allowed":
    "Apps, die ein Dokument an dieser Adresse beschreibt, sind hier nicht erlaubt.",
  INVALID_REDIRECT_URI: "Eine Redirect-URI fehlt oder kann nicht registriert werden.",
  INVALID_SCOPE: "Ein Scope ist nicht bekannt, kann Apps nicht gegeben werden oder ist mehr, als diese App haben darf.",
  EXPIRED_TOKEN: "Der Code ist abgelaufen. Beginnen Sie am Gerät noch einmal.",
  PAYLOAD_TOO_LARGE: "Das ist größer als {} KiB.",
  VALIDATION_ERROR: "Manche Angaben sind nicht gültig.",
  RATE_LIMITED: "Zu viele Anfragen. Warten Sie ein wenig.",
  "RATE_LIMITED.invitations":
    "An diese E-Mail-Adresse gingen schon zu viele Einladungen. Versuchen Sie es später noch einmal.",
  "RATE_LIMITED.emails_to_others":
    "Sie oder Ihre Organisation haben zu viele Einladungen und Angebote gesendet. Versuchen Sie es später noch einmal.",
  ACCOUNT_TEMPORARILY_LOCKED: "Zu viele Fehlversuche. Warten Sie ein wenig.",
  INTERNAL_ERROR: "Bei uns ist etwas schiefgegangen. Nennen Sie dem Support die ID dieser Anfrage.",
  UNAVAILABLE: "Der Dienst ist gerade nicht verfügbar. Versuchen Sie es gleich noch einmal.",
  "UNAVAILABLE.timeout": "Das dauerte zu lange. Es kann trotzdem noch geschehen.",
  "UNAVAILABLE.issuer_unavailable":
    "Der Aussteller dieses Tokens antwortet nicht. Versuchen Sie es gleich noch einmal.",
  "UNAVAILABLE.provider_unavailable":
    "Dieser Anbieter antwortet nicht. Melden Sie sich auf einem anderen Weg an, oder versuchen Sie es gleich noch einmal.",
  "UNAVAILABLE.backup_failed":
    "Die Sicherung konnte nicht gemacht werden. Das Log des Servers sagt unter dieser requestId, warum.",
};
