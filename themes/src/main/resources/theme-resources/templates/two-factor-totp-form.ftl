<#import "template.ftl" as layout>
<#import "two-factor-parts.ftl" as parts>
<@layout.registrationLayout displayMessage=!messagesPerField.existsError("code"); section>
  <#if section == "header">
    ${msg("two-factor-totp-form-title")}
  <#elseif section == "show-username">
    <@parts.userNameLabel/>
  <#elseif section == "form">
    <@parts.look/>
    <@parts.codeForm label=msg("two-factor-code-label") hint=msg("two-factor-totp-form-hint")/>
  </#if>
</@layout.registrationLayout>
