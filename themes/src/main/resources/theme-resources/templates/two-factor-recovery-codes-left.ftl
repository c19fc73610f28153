<#import "template.ftl" as layout>
<#import "two-factor-parts.ftl" as parts>
<@layout.registrationLayout; section>
  <#if section == "header">
    ${msg("two-factor-recovery-code-display-name")}
  <#elseif section == "show-username">
    <@parts.userNameLabel/>
  <#elseif section == "form">
    <@parts.look/>
    <@parts.form id="two-factor-recovery-codes-left">
      <p id="two-factor-recovery-codes-remaining">${msg("two-factor-recovery-code-form-remaining", twoFactorRecoveryCodesLeft)}</p>
      <@parts.submit label="two-factor-configure-continue"/>
    </@parts.form>
  </#if>
</@layout.registrationLayout>
