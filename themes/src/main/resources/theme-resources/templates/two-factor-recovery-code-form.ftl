<#import "template.ftl" as layout>
<#import "two-factor-parts.ftl" as parts>
<@layout.registrationLayout displayMessage=!messagesPerField.existsError("code"); section>
  <#if section == "header">
    ${msg("two-factor-recovery-code-form-title")}
  <#elseif section == "show-username">
    <@parts.userNameLabel/>
  <#elseif section == "form">
    <@parts.look/>
    <@parts.codeForm label=msg("two-factor-recovery-code-form-label") hint=msg("two-factor-recovery-code-form-hint") numeric=false/>
  </#if>
</@layout.registrationLayout>
