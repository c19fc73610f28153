<#import "template.ftl" as layout>
<#import "two-factor-parts.ftl" as parts>
<@layout.registrationLayout; section>
  <#if section == "header">
    ${msg("two-factor-recovery-code-display-name")}
  <#elseif section == "show-username">
    <@parts.userNameLabel/>
  <#elseif section == "form">
    <form id="two-factor-recovery-codes-left" class="${properties.kcFormClass!}" action="${url.loginAction}" method="post">
      <p id="two-factor-recovery-codes-remaining">${msg("two-factor-recovery-code-form-remaining", twoFactorRecoveryCodesLeft)}</p>
      <@parts.submit label="two-factor-configure-continue"/>
    </form>
  </#if>
</@layout.registrationLayout>
